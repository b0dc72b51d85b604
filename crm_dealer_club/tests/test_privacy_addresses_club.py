"""The club's rows that hold an address of an erased person, and name nobody (P4)."""

from odoo.tests import tagged

from .common import ClubCase

_MAIL, _PHONE = "addressmarker@example.com", "13800137555"


@tagged("post_install", "-at_install")
class TestPrivacyAddressesClub(ClubCase):
    def test_rows_with_an_address_alone(self):
        china = self.env.ref("base.cn")
        person = self._customer(
            self.dealer_a, name="Addressmarker", email=_MAIL, phone=_PHONE, country_id=china.id
        )
        contacts = self.env["mailing.contact"].create(
            [
                {"name": "A", "email": _MAIL.upper()},
                {"name": "B", "mobile": _PHONE, "country_id": china.id},
                {"name": "C", "email": "c@example.com"},
            ]
        )
        traces = self.env["mailing.trace"].create(
            [
                {"model": "mailing.contact", "res_id": contacts[0].id, "email": _MAIL},
                {"model": "mailing.contact", "res_id": contacts[1].id, "trace_type": "sms",
                 "sms_number": f"+86{_PHONE}"},
            ]
        )  # fmt: skip
        kind = "complaint"
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Test", "description": "Test", "crm_kind": kind,
                "partner_email": f"A <{_MAIL}>", "partner_phone": "138 0013 7555",
                "team_id": self.env["helpdesk.ticket.team"]._crm_team(kind).id,
            }
        )  # fmt: skip
        ticket.partner_id = False
        self.env.flush_all()
        self._as("oem", person)._privacy_erase("Letter")
        self.env.invalidate_all()
        self.assertEqual(contacts.exists(), contacts[2])
        self.assertFalse(any(traces.exists().mapped("email")))
        self.assertFalse(any(traces.mapped("sms_number")))
        self.assertFalse(ticket.partner_email or ticket.partner_phone)
