from . import crm_followup_desk
from . import crm_followup_desk_line
from . import crm_satisfaction_exclusion
from . import crm_satisfaction_sample_preview
from . import crm_satisfaction_flag_decision
from . import crm_rectification_dialog
from . import crm_followup_desk_rectification
from . import crm_assessment_dialog
