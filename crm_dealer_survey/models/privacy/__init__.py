from . import crm_retention_rule
from . import res_partner
