from . import crm_cockpit
from . import crm_followup_attempt
