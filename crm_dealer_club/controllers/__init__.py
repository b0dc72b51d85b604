from . import base
from . import home
from . import vehicles
from . import booking
from . import visits
from . import profile
