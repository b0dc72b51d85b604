from . import crm_dealer_assign
from . import crm_protected_reveal
from . import crm_vehicle_receive
from . import crm_contact_plan
from . import crm_service_book
from . import crm_lead_delivery
from . import crm_lead_delivery_undo
from . import crm_lead_lost
