"""What the tests of contacts share."""

from datetime import date

from odoo import Command

from .common import DealerCommon

TODAY = date(2026, 5, 20)


class ContactCommon(DealerCommon):
    """A scheme whose levels carry a treatment, and customers who hold them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.Due = cls.env["crm.contact.due"]
        cls.Log = cls.env["crm.contact.log"]
        cls.Result = cls.env["crm.grading.result"].sudo()
        cls.scheme, cls.other_scheme = (cls._scheme(code) for code in ("t_one", "t_two"))
        cls.due_type = cls.env.ref("crm_dealer_grading.mail_activity_type_due_contact")
        cls.contact_type = cls.env.ref("crm_dealer_grading.mail_activity_type_contact")

    @classmethod
    def _scheme(cls, code):
        return cls.env["crm.grading.scheme"].create(
            {
                "name": f"Test {code}",
                "code": code,
                "method": "manual",
                "level_ids": [Command.create({"name": "Key", "code": "K"})],
            }
        )

    @classmethod
    def _level(cls, code, scheme=None, **treatment):
        return cls.env["crm.grading.level"].create(
            {
                "name": f"Level {code}",
                "code": code,
                "scheme_id": (scheme or cls.scheme).id,
                **treatment,
            }
        )

    @classmethod
    def _holds(cls, partner, level, since=date(2025, 1, 1)):
        return cls.Result.create(
            {
                "partner_id": partner.id,
                "scheme_id": level.scheme_id.id,
                "level_id": level.id,
                "since": since,
                "dealer_id": partner.dealer_id.id,
            }
        )

    @classmethod
    def _contact(cls, partner, day, **vals):
        """A contact at noon of a day in China."""
        return cls.Log.create(
            {"partner_id": partner.id, "date": f"{day} 04:00:00", "summary": "Test", **vals}
        )

    def _found(self, partners, today=TODAY):
        return self.Due.browse(self.Due._find(today, partners.ids))
