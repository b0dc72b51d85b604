from . import tier
from . import benefit
