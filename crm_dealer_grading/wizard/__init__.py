from . import crm_dealer_assign
from . import crm_protected_reveal
from . import crm_vehicle_receive
from . import crm_contact_plan
from . import crm_service_book
