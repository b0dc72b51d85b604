from odoo.tests import tagged

from odoo.addons.crm_dealer_grading.tests.common_migration import migrate

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestMigrations(ClubCase):
    """What upgrades do beside bringing code and data up to date (P5)."""

    def test_wordings_get_numbers(self):
        """Decisions that kept just the present words are about version 1, others are not."""
        purpose = self.env["crm.club.consent.purpose"].create(
            {"name": "Tests", "code": "tests", "description": "First words."}
        )
        hidden = purpose.copy({"code": "tests2", "active": False})
        said = {"purpose_id": purpose.id, "channel": "sms", "given": True, "how": "form"}
        kept, earlier, silent = self.env["crm.club.consent"].create(
            [{**said, "partner_id": one.id} for one in (self.customer_a, self.customer_b)]
            + [{**said, "partner_id": self.customer_a.id, "channel": "email"}]
        )
        self.env.flush_all()
        # As 19.0.1.4.0 left them.
        self.env.cr.execute(
            """UPDATE crm_club_consent SET text_id = NULL, text_number = NULL,
                      wording = CASE id WHEN %s THEN 'First words.' WHEN %s THEN 'Older words.' END
                WHERE id = ANY(%s)""",
            [kept.id, earlier.id, (kept | earlier | silent).ids],
        )
        self.env.cr.execute(
            "DELETE FROM crm_club_consent_text WHERE purpose_id = ANY(%s)",
            [(purpose | hidden).ids],
        )
        self.env.invalidate_all()
        path = "crm_dealer_club/migrations/19.0.1.5.0/post-consent.py"
        for _again in range(2):
            migrate(self.env, path, "19.0.1.4.0")
            self.assertEqual(purpose.text_ids.mapped("wording"), ["First words."])
            self.assertEqual(hidden.text_ids.mapped("number"), [1])
            self.assertEqual((kept.text_id, kept.text_number), (purpose.text_ids, 1))
            self.assertFalse((earlier | silent).text_id)
