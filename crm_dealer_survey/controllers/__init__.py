from . import answer
from . import portal
from . import certificate
