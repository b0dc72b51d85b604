"""Whom a verification of sold vehicles asks (S9)."""

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from .common_audit import AuditFactories


@tagged("post_install", "-at_install")
class TestAuditBuyer(AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()
        cls.sold = cls._sold(40)

    def test_the_buyer_is_asked_whoever_owns_it_since(self):
        """What a later owner says decides nothing about the dealer that sold it."""
        resold, moved, late = self.sold[:3]
        buyers = self.sold.partner_id
        theirs = self._customer(self.dealer_b, name="Second Owner", phone="13911111111")
        resold.with_context(ownership_date="2026-03-10").write(
            {"partner_id": theirs.id, "plate": "沪B99999"}
        )
        moved.partner_id.dealer_id = self.dealer_b
        late.ownership_ids.date_from = "2026-02-12"  # entered after the handover
        unknown = self._sold(1)
        unknown.ownership_ids.unlink()
        unknown.partner_id = theirs
        sample = self._sample(margin=1)
        self._as("auditor", sample).action_draw()
        lines = {line.vehicle_id: line for line in sample.line_ids}
        self.assertEqual((sample.size, len(lines)), (41, 41))
        for vehicle, buyer in ((resold, buyers[0]), (late, buyers[2]), (self.sold[3], buyers[3])):
            line = lines[vehicle]
            self.assertEqual(
                (line.partner_id, line.name_on_file, line.phone_on_file),
                (buyer, buyer.name, buyer.phone),
            )
        self.assertEqual(lines[resold].plate_on_file, "沪T00000")
        for vehicle in (moved, unknown):
            line = self._as("auditor", lines[vehicle])
            self.assertFalse(line.partner_id or line.name_on_file or line.phone_on_file)
            line.way = "papers"
            for tick in ("is_fake", "wrong_phone", "wrong_name"):
                line[tick] = True
                with self.assertRaisesRegex(UserError, "buyer"):
                    line.action_wrong()
                line[tick] = False
            line.wrong_date = True
            line.action_wrong()
        for line in self._as("auditor", sample.line_ids).filtered(lambda ln: ln.state == "open"):
            line.way = "phone"
            line.action_right()
        self._as("auditor", sample).action_done()
        self.assertEqual((sample.wrong_count, sample.fake_count), (2, 0))
