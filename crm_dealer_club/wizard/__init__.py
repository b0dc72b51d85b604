from . import crm_club_step
from . import crm_club_find
from . import crm_lead_delivery
