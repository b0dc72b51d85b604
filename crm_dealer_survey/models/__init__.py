from . import programme
from . import followup
