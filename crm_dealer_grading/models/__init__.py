from . import network
from . import customer
from . import vehicle
from . import workshop
from . import grading
from . import level
from . import contact
from . import quality
