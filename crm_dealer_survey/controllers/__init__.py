from . import answer
from . import portal
