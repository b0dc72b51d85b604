from . import crm_retention_rule
from . import crm_retention_rule_people
