"""Auditors draw once more by the seed: what was known then decides (S2)."""

from odoo import fields
from odoo.tests import TransactionCase, tagged

from .common_sampling import SamplingFactories


@tagged("post_install", "-at_install")
class TestSamplingCheck(SamplingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls._network()

    def test_auditors_draw_once_more(self):
        sample = self._drawn()
        params = sample.action_check_draw()["params"]
        self.assertEqual(params["type"], "success")
        sample.line_ids[0].visit_id.active = False
        self.assertEqual(sample.action_check_draw()["params"]["type"], "warning")

    def test_a_call_made_since_changes_no_check(self):
        """Who had a call to come at the draw was not drawn; that the call is over is no news."""
        rule = self.env["crm.followup.rule"].create(
            {"name": "Asks", "event": "recall", "caller": "call_centre",
             "programme_id": self.programme.id}
        )  # fmt: skip
        people = self.visits.partner_id.filtered("phone")[:3]
        calls = self.env["crm.followup.call"].create(
            [{"rule_id": rule.id, "caller": "call_centre", "event_key": f"visit:-{person.id}",
              "partner_id": person.id, "dealer_id": self.dealer_a.id,
              "event_date": self.today, "date_due": self.today, "lapses_on": self.today,
              "date_next": fields.Datetime.now()} for person in people]
        )  # fmt: skip
        sample = self._drawn(quota=500, channel_4=False)
        self.assertFalse(sample.line_ids.partner_id & people)
        # Later, as far as the draw is concerned.
        sample.drawn_at = fields.Datetime.subtract(fields.Datetime.now(), minutes=5)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_followup_call SET create_date = create_date - interval '1 hour'"
        )
        calls[0].write({"state": "done", "last_date": fields.Datetime.now()})
        calls[1]._withdraw("contact")
        self.assertEqual(sample.action_check_draw()["params"]["type"], "success")
        calls[2].write(
            {"state": "unreachable",
             "last_date": fields.Datetime.subtract(sample.drawn_at, minutes=1)}
        )  # fmt: skip
        self.assertEqual(sample.action_check_draw()["params"]["type"], "warning")

    def test_a_draw_of_the_same_day_changes_no_check(self):
        """Customers of the reserve whom another programme drew later were free at the draw."""
        sample = self._drawn(quota=2)
        other = self._drawn(quota=500, programme_id=self._twin().id)
        waiting = self._lines(sample, "reserve").commercial_partner_id
        self.assertTrue(waiting & self._lines(other, "drawn").commercial_partner_id)
        self.assertEqual(sample.action_check_draw()["params"]["type"], "success")
        self.assertEqual(other.action_check_draw()["params"]["type"], "success")
