from . import crm_care_rule
from . import crm_care_reminder
from . import crm_care_gate
from . import res_company
from . import res_config_settings
