from . import crm_kpi_value
from . import crm_cockpit
from . import crm_cockpit_asked
from . import crm_cockpit_kpi
from . import crm_cockpit_kpi_network
from . import crm_cockpit_live
