from . import crm_retention_rule
