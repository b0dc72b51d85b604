from . import crm_dealer
from . import onboarding_onboarding
from . import onboarding_onboarding_step
