from . import crm_retention_log
from . import crm_retention_rule
from . import crm_retention_rule_kinds
from . import crm_retention_rule_people
from . import crm_retention_rule_run
