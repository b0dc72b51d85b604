from . import crm_service_visit
from . import crm_service_visit_stage
from . import sale_order
