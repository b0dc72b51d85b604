from . import crm_acquisition_channel
from . import crm_protected_access
from . import res_partner
from . import res_partner_number
from . import res_partner_standing
from . import res_partner_id_number
from . import base_partner_merge
from . import crm_lead
