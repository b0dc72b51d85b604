"""Who is who in training (S7)."""

DEALER_USER = "crm_dealer_grading.group_dealer_user"
DEALER_MANAGER = "crm_dealer_grading.group_dealer_manager"
AUDITOR = "crm_dealer_grading.group_oem_auditor"
OEM_MANAGER = "crm_dealer_grading.group_oem_manager"
# No client can send this object: only methods that checked the right write what they own.
STEP = object()


def is_oem_manager(user):
    """Whether the user owns courses and network sessions; who works at a dealer does not."""
    return user.has_group(OEM_MANAGER) and not user.has_group(DEALER_USER)


def is_auditor(user):
    """Whether the user sees the whole network."""
    return user.has_group(AUDITOR) and not user.has_group(DEALER_USER)


def manages(user, dealer):
    """Whether the user is a manager of ``dealer``."""
    return bool(dealer) and user.has_group(DEALER_MANAGER) and dealer in user._own_dealers()
