from . import crm_cockpit
from . import crm_cockpit_dealer
from . import crm_cockpit_network
from . import crm_followup_attempt
