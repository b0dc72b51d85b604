from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from .common_retention import RetentionCase


@tagged("post_install", "-at_install")
class TestRetentionPeople(RetentionCase):
    """Leads that were lost, and ID numbers of people with whom there is nothing any more (P4)."""

    def test_lost_leads(self):
        rule = self.env.ref("crm_dealer_grading.retention_rule_lost_lead")
        stranger = self._customer(self.dealer_a, name="Stranger")
        buyer = self._customer(self.dealer_a, name="Buyer")
        self._order(buyer)
        leads = self._lead(stranger) | self._lead(buyer) | self._lead(None) | self._lead(stranger)
        lost = leads[:3]
        reason = self.env["crm.lost.reason"].search([], limit=1)
        lost.action_set_lost(lost_reason_id=reason.id)
        talk = self.env["crm.contact.log"].create({"lead_id": leads[2].id, "summary": "Talk"})
        lost.flush_recordset()
        long_ago = fields.Datetime.now() - relativedelta(months=40)
        leads.date_closed = long_ago
        self._switch_on(rule)
        self._apply(rule)
        self.assertEqual(leads.exists(), leads[1] | leads[3], "The buyer's, and the open one")
        self.assertFalse(talk.exists())

    def test_contacts_with_lost_leads(self):
        """They go the same way as the lead: as the preview says, as is done, as the log says."""
        rule = self.env.ref("crm_dealer_grading.retention_rule_lost_lead")
        reason = self.env["crm.lost.reason"].search([], limit=1)
        for action in ("delete", "clear"):
            with self.subTest(action):
                rule.action_switch_off()
                rule.action = action
                lead = self._lead(None, description="Said so")
                lead.action_set_lost(lost_reason_id=reason.id)
                talks = self.env["crm.contact.log"].create(
                    [{"lead_id": lead.id, "summary": "Talk", "feedback": "Much"}] * 2
                )
                lead.flush_recordset()
                lead.date_closed = fields.Datetime.now() - relativedelta(months=40)
                entries = self.env["crm.retention.log"].search([])
                self._switch_on(rule)
                self.assertEqual((rule.preview_count, rule.preview_along), (1, 2))
                self._apply(rule)
                told = self.env["crm.retention.log"].search([]) - entries
                self.assertEqual(
                    {(entry.kind, entry.action, entry.count) for entry in told},
                    {("lost_lead", action, 1), ("contact_log", action, 2)},
                )
                self.assertEqual(len(talks.exists()), 2 if action == "clear" else 0)
                for talk in talks.exists():
                    self.assertEqual((talk.summary, talk.feedback), ("—", False))
                rule.action_preview()
                self.assertEqual((rule.preview_count, rule.preview_along), (0, 0))

    def test_id_numbers(self):
        rule = self.env.ref("crm_dealer_grading.retention_rule_id_number")
        people = self._customer(self.dealer_a) | self._customer(self.dealer_a)
        people |= self._customer(self.dealer_a)
        for number, person in enumerate(people):
            stored = {"id_number_encrypted": f"x{number}", "id_number_hash": f"h{number}"}
            person.sudo().write(stored)
        self.env["crm.contact.log"].create({"partner_id": people[1].id, "summary": "Yesterday"})
        people.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = create_date - interval '70 months'"
            " WHERE id = ANY(%s)", [people[:2].ids],
        )  # fmt: skip
        self.env.invalidate_all()
        self._switch_on(rule)
        self._apply(rule)
        self.assertEqual(people.sudo().mapped("id_number_hash"), [False, "h1", "h2"])
        self.assertFalse(people[0].sudo().id_number_encrypted)

    def _ages(self, *people):
        """ID numbers that were entered long ago."""
        for person in people:
            number = {"id_number_encrypted": f"x{person.id}", "id_number_hash": f"h{person.id}"}
            person.sudo().write(number)
        self.env.flush_all()
        ids = [person.id for person in people]
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = create_date - interval '70 months'"
            " WHERE id = ANY(%s)", [ids],
        )  # fmt: skip
        self.env.invalidate_all()

    def _said(self, person):
        self.env["crm.contact.log"].create({"partner_id": person.id, "summary": "Yesterday"})

    def test_id_numbers_of_who_belongs_together(self):
        rule = self.env.ref("crm_dealer_grading.retention_rule_id_number")

        def customer(**vals):
            return self._customer(self.dealer_a, **vals)

        person = customer()
        self._said(customer(parent_id=person.id, type="invoice"))
        busy, quiet, deserted = (customer(is_company=True) for _number in range(3))
        self._said(busy)
        agent, former = (customer(parent_id=busy.id) for _number in range(2))
        former.active = False
        spoken, colleague = (customer(parent_id=quiet.id) for _number in range(2))
        self._said(spoken)
        forgotten = customer(parent_id=deserted.id)
        told = {
            "person": person, "busy": busy, "agent": agent, "former": former, "quiet": quiet,
            "spoken": spoken, "colleague": colleague, "deserted": deserted, "forgotten": forgotten,
        }  # fmt: skip
        self._ages(*told.values())
        self._switch_on(rule)
        self._apply(rule)
        kept = {name for name, one in told.items() if one.sudo().id_number_hash}
        self.assertEqual(kept, {"person", "busy", "agent", "quiet", "spoken"})
