from . import network
from . import customer
from . import vehicle
from . import grading
