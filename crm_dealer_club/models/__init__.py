from . import tier
from . import benefit
from . import activity
from . import referral
from . import points
from . import portal
from . import ticket
from . import complaint
