from . import crm_club_step
from . import crm_club_find
from . import crm_lead_delivery
from . import crm_complaint_step
from . import crm_ticket_open
from . import crm_care_preview
from . import crm_care_alert
