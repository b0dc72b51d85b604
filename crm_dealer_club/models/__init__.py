from . import tier
from . import benefit
from . import activity
from . import referral
from . import portal
from . import points
