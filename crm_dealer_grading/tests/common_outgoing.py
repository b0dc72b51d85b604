"""The list of what goes out, held against the source and the database (P4)."""

from pathlib import Path

import odoo.addons.crm_dealer_grading as grading
from odoo.addons.crm_dealer_grading.tools.outgoing import places_in

PURPOSE_OF_RULE = "purpose of the rule"
_ROOT = Path(grading.__file__).parent.parent


class OutgoingChecks:
    """Mixed into a test of each addon, which gives ``addon``, ``places`` and ``templates``."""

    addon = ""
    places = None
    templates = ()

    def test_every_place_is_listed(self):
        """Every place that sends is listed, every listed place sends."""
        found = places_in(_ROOT / self.addon)
        listed = set(self.places.OUTGOING)
        self.assertFalse(
            found - listed, "Say in tools/outgoing_places.py whom it reaches and what it asks"
        )
        self.assertFalse(listed - found, "It sends no more: take it off the list")

    def test_entries_say_what_is_asked(self):
        for place, one in {**self.places.OUTGOING, **self.places.ERP}.items():
            with self.subTest(place):
                self.assertIn(one.to, ("customer", "staff"))
                self.assertEqual(bool(one.ways), one.to == "customer")
                self.assertTrue(one.why or one.to == "staff")
                self.assertFalse(one.asks and one.to == "staff")

    def test_templates_and_actions(self):
        """Templates that the addon brings belong to a topic that is on the list."""
        names = self.env["ir.model.data"].search(
            [("module", "=", self.addon), ("model", "in", ("mail.template", "sms.template"))]
        ).mapped("name")  # fmt: skip
        for name in names:
            with self.subTest(name):
                topic = name.partition("_template_")[2]
                self.assertTrue(topic.startswith(self.templates), name)
        actions = self.env["ir.model.data"].search(
            [("module", "=", self.addon), ("model", "=", "ir.actions.server")]
        )
        sending = self.env["ir.actions.server"].browse(actions.mapped("res_id")).filtered(
            lambda action: action.state in ("mail_post", "sms", "next_activity", "followers")
        )  # fmt: skip
        self.assertFalse(sending, "Server actions that send belong into the list as well")
