from . import crm_grading_result
from . import crm_grading_outlook
from . import crm_grading_level
from . import crm_grading_history
from . import res_partner
from . import crm_lead
