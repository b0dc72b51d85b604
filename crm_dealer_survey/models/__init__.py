from . import programme
from . import followup
from . import kpi
from . import weakpoint
from . import sampling
from . import check
from . import rectification
from . import assessment
