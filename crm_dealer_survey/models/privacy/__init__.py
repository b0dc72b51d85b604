from . import crm_retention_rule
from . import res_partner
from . import survey_user_input_line
