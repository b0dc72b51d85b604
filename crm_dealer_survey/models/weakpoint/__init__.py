from . import crm_satisfaction_programme
from . import crm_satisfaction_version_said
from . import crm_satisfaction_version_weak_asked
from . import crm_satisfaction_version_weak_compare
from . import crm_satisfaction_version_weak
from . import crm_satisfaction_version_weak_open
from . import crm_dealer
from . import survey_user_input_line
