from . import crm_kpi
from . import crm_kpi_figures
from . import crm_kpi_count
from . import crm_kpi_divide
from . import crm_kpi_target
from . import crm_kpi_value
from . import crm_kpi_value_group
from . import crm_kpi_measure
