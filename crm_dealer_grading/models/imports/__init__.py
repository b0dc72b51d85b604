from . import crm_import_target
from . import res_partner
from . import crm_vehicle
from . import crm_service_visit
from . import crm_lead
from . import exact_names
from . import ir_fields_converter
from . import base_import_import
