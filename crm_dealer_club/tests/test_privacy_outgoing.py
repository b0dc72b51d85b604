from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_club.tools import outgoing_places
from odoo.addons.crm_dealer_grading.tests.common_outgoing import OutgoingChecks


@tagged("post_install", "-at_install")
class TestOutgoing(OutgoingChecks, TransactionCase):
    """Nothing goes out that is not on the list of what is asked before (P4)."""

    addon = "crm_dealer_club"
    places = outgoing_places
    templates = getattr(outgoing_places, "TEMPLATES", ("none",))
