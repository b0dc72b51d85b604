"""Questions that wait for an answer count as contacts, though no dealer reads of them (S2, G12)."""

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .common_sampling import SamplingFactories


@tagged("post_install", "-at_install")
class TestSamplingLimits(SamplingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls._network(count=40)

    def _apart(self, line):
        month = self.env["crm.contact.due"]._period("month", self.today)
        customer = SQL("%s", line.commercial_partner_id.id)
        count = self.env["res.partner"]._contacts_apart_sql(customer, month.start, month.end)
        return self.env.execute_query(SQL("SELECT %s", count))[0][0]

    def test_counted_once(self):
        sample = self._drawn(channel_4=False)
        line = self._lines(sample, "drawn")[0]
        self.assertEqual(self._apart(line), 0)
        sample.action_send()
        self._work(sample)
        self.assertEqual(self._apart(line), 1)
        self._say(line.answer_id)
        self.assertEqual(self._apart(line), 0, "the log tells of it now")
        logs = self.env["crm.contact.log"]
        self.assertEqual(logs.search_count([("partner_id", "=", line.partner_id.id)]), 1)

    def test_the_gate_of_care_counts_it(self):
        if "crm.care.gate" not in self.env:
            self.skipTest("the club is not installed")
        line = self._lines(self._in_field(channel_4=False), "sent")[0]
        level = self.env["crm.grading.level"].search([], limit=1)
        level.max_contacts_month = 1
        scheme = level.scheme_id
        scheme.active = True
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO crm_grading_result (partner_id, scheme_id, level_id, since)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (partner_id, scheme_id) DO UPDATE"
            " SET level_id = EXCLUDED.level_id",
            [line.commercial_partner_id.id, scheme.id, level.id, self.today],
        )
        room = self.env["crm.care.gate"]._room(line.commercial_partner_id)
        self.assertEqual(room, {line.commercial_partner_id.id: 0})
