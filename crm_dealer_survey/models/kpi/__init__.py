from . import crm_satisfaction_strict
from . import crm_kpi
