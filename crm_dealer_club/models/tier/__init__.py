from . import crm_club_tier
from . import crm_club_membership
from . import crm_club_membership_change
from . import res_partner
