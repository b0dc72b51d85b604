from . import crm_dealer
from . import crm_kpi
