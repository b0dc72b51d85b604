from . import crm_retention_rule
from . import crm_retention_rule_people
from . import res_partner
from . import res_partner_erase
from . import res_partner_sections
