from . import confidence
from . import tails
