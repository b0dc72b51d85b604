"""Sending a campaign (M11): gate, control group, contact log, quiet hours, resumption."""

import hashlib
import random
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_campaign import CampaignCase


def control_oracle(rows, percent, seed):
    """Who is left out, in plain Python: ``rows`` of ``(customer id, dealer id or 0)``."""
    start = int(hashlib.md5(seed.encode()).hexdigest()[:6], 16) % 100
    mark = {row: hashlib.md5(f"{seed}/{row[0]}".encode()).hexdigest() for row in rows}
    order = sorted(rows, key=lambda row: (row[1], mark[row]))
    return {
        customer
        for place, (customer, _dealer) in enumerate(order, 1)
        if (place * percent + start) // 100 > ((place - 1) * percent + start) // 100
    }


@tagged("post_install", "-at_install")
class TestCampaignSend(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people_a = cls.env["res.partner"].union(
            *(cls._person(cls.dealer_a, number) for number in range(6))
        )
        cls.people_b = cls.env["res.partner"].union(
            *(cls._person(cls.dealer_b, number) for number in range(10, 14))
        )

    def test_only_those_whom_the_gate_lets_through(self):
        a = self.people_a
        refused = {
            "consent": self._person(self.dealer_a, 20, allows=("sms",)),
            "no_address": self._person(self.dealer_a, 21, email=False),
            "blacklist": self._person(self.dealer_a, 22),
            "cap": self._person(self.dealer_a, 23),
            "given_up": self._person(self.dealer_a, 24),
        }
        self.env["mail.blacklist"]._add(refused["blacklist"].email)
        self._cap(refused["cap"], 1)
        self.env["crm.contact.log"].create({"partner_id": refused["cap"].id, "summary": "Call"})
        refused["given_up"].sudo().given_up_on = fields.Date.today()
        everybody = a.union(*refused.values())
        campaign = self._campaign()
        mailing = self._mailing(campaign, everybody)
        counts = mailing._audience_counts()
        self.assertEqual(counts.pop("found"), len(everybody))
        self.assertEqual(counts, {**dict.fromkeys(refused, 1), "fresh": len(a)})
        self.assertEqual(mailing.total, len(a))
        self.assertEqual(self._send(mailing), a)
        self.assertEqual(self._subjects(campaign).partner_id, a)
        self.assertEqual(mailing.state, "done")

    def test_the_control_group_is_left_out_of_every_mailing(self):
        everybody = self.people_a | self.people_b
        campaign = self._campaign(control_percent=30)
        left_out = control_oracle(
            [(p.id, p.dealer_id.id) for p in everybody], 30, campaign.control_seed
        )
        self.assertIn(len(left_out), (3,))
        email = self._mailing(campaign, everybody)
        got = self._send(email)
        self.assertEqual(set(got.ids), set(everybody.ids) - left_out)
        self.assertEqual(set(self._subjects(campaign, "control").partner_id.ids), left_out)
        late = self._person(self.dealer_a, 30, email=False)
        sms = self._mailing(campaign, everybody | late, mailing_type="sms")
        self._send(sms)
        receivers = set(self._receivers(sms).ids)
        self.assertFalse(receivers & left_out)
        self.assertLessEqual(set(got.ids), receivers)
        # Who comes in by the second mailing has got a group as well, the others keep theirs.
        self.assertEqual(self._subjects(campaign).partner_id, everybody | late)
        self.assertLessEqual(left_out, set(self._subjects(campaign, "control").partner_id.ids))

    def test_random_control_groups(self):
        """Whatever the numbers: the shares are kept, in total and in each dealer."""
        rng = random.Random(11)
        everybody = self.people_a | self.people_b
        for percent in (10, 35, 50, 90):
            campaign = self._campaign(control_percent=percent)
            people = everybody.filtered(lambda _p: rng.random() < 0.8)
            mailing = self._mailing(campaign, people)
            mailing._assign_subjects()
            rows = [(p.id, p.dealer_id.id) for p in people]
            expected = control_oracle(rows, percent, campaign.control_seed)
            self.assertEqual(set(self._subjects(campaign, "control").partner_id.ids), expected)
            for dealer in (self.dealer_a, self.dealer_b):
                mine = [row[0] for row in rows if row[1] == dealer.id]
                share = len(mine) * percent / 100
                self.assertLess(abs(len(expected & set(mine)) - share), 1.01)

    def test_a_mailing_counts_as_a_contact(self):
        one = self.people_a[0]
        self._cap(one, 1)
        campaign = self._campaign()
        first = self._mailing(campaign, self.people_a[:2])
        self.assertEqual(self._send(first), self.people_a[:2])
        log = self.env["crm.contact.log"].search([("mailing_id", "=", first.id)])
        self.assertEqual(log.partner_id, self.people_a[:2])
        self.assertEqual(set(log.mapped("way")), {"email"})
        self.assertEqual(log.dealer_id, self.dealer_a)
        first._note_sent()
        self.assertEqual(
            self.env["crm.contact.log"].search_count([("mailing_id", "=", first.id)]), 2
        )
        sms = self._mailing(campaign, self.people_a[:2], mailing_type="sms")
        self.assertEqual(self._send(sms), self.people_a[1])

    def test_one_message_for_a_customer_with_several_contacts(self):
        company = self._person(self.dealer_a, 40, is_company=True)
        clerk = self._person(self.dealer_a, 41, parent_id=company.id)
        campaign = self._campaign()
        mailing = self._mailing(campaign, company | clerk)
        self.assertEqual(mailing._audience_counts()["same_customer"], 1)
        self.assertEqual(self._send(mailing), company)
        self.assertEqual(self._subjects(campaign).partner_id, company)

    def test_quiet_hours(self):
        mailing = self._mailing(self._campaign(), self.people_a)
        until = fields.Datetime.now() + timedelta(hours=3)
        gate = type(self.env["crm.care.gate"])
        with patch.object(gate, "_quiet_until", lambda *_args, **_kw: until):
            self.assertFalse(self._send(mailing))
            self.assertEqual(mailing.state, "in_queue")
            self.assertEqual(mailing.schedule_date, until.replace(microsecond=0))
            with self.assertRaisesRegex(UserError, "quiet hours"):
                self._as("oem", mailing).action_send_mail()
        mailing.schedule_date = fields.Datetime.now() - timedelta(hours=1)
        with self._no_commit():
            mailing._process_mass_mailing_queue()
        self.assertEqual(self._receivers(mailing), self.people_a)

    def test_a_killed_sending_is_finished_and_nobody_gets_it_twice(self):
        campaign = self._campaign()
        mailing = self._mailing(campaign, self.people_a)
        mailing._assign_subjects()
        # The job was killed after its first batch: messages are there, the log is not.
        with patch.object(type(mailing), "_note_sent", lambda _self: None):
            mailing._action_send_mail(self.people_a[:2].ids)
        mailing.state = "sending"
        with self._no_commit():
            mailing._process_mass_mailing_queue()
        self.assertEqual(self._receivers(mailing), self.people_a)
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
        self.assertEqual(len(traces), len(self.people_a))
        logs = self.env["crm.contact.log"].search([("mailing_id", "=", mailing.id)])
        self.assertEqual(len(logs), len(self.people_a))

    def test_a_filter_that_does_not_work_holds_nobody_up(self):
        broken = self._mailing(self._campaign(), self.people_a)
        broken.mailing_domain = "[('no_such_field', '=', 1)]"
        with self.assertRaises(ValueError):
            broken.action_put_in_queue()
        broken.write({"state": "in_queue"})
        good = self._mailing(self._campaign(), self.people_b)
        self.assertEqual(self._send(good), self.people_b)
        self.assertEqual(broken.state, "draft")
        self.assertIn("filter does not work", broken.message_ids[0].body)

    def test_a_b_test_stays_within_the_contacted(self):
        campaign = self._campaign(control_percent=50)
        mailing = self._mailing(
            campaign, self.people_a | self.people_b, ab_testing_enabled=True, ab_testing_pc=40
        )
        got = self._send(mailing)
        contacted = self._subjects(campaign, "contact").partner_id
        self.assertTrue(got)
        self.assertLess(len(got), len(contacted))
        self.assertLessEqual(set(got.ids), set(contacted.ids))

    def test_fixed_once_begun(self):
        campaign = self._campaign(control_percent=20)
        mailing = self._mailing(campaign, self.people_a)
        self._send(mailing)
        for vals in ({"control_percent": 0}, {"dealer_id": self.dealer_a.id},
                     {"is_dealer_campaign": False}):  # fmt: skip
            with self.assertRaisesRegex(UserError, "has begun"):
                campaign.write(vals)
        campaign.write({"control_percent": 20, "title": "Renamed"})
        with self.assertRaisesRegex(UserError, "stays in its campaign"):
            self._as("oem", mailing).write({"campaign_id": False})
        with self.assertRaisesRegex(UserError, "has begun"):
            self._as("oem", campaign).unlink()

    def test_customers_only(self):
        with self.assertRaisesRegex(ValidationError, "go to customers"):
            self._mailing(
                self._campaign(),
                self.people_a,
                mailing_model_id=self.env["ir.model"]._get("mailing.list").id,
                contact_list_ids=[Command.clear()],
            )

    def test_preview(self):
        campaign = self._campaign(control_percent=50)
        mailing = self._mailing(campaign, self.people_a)
        action = self._as("oem", mailing).action_preview_audience()
        preview = self.env["crm.campaign.preview"].browse(action["res_id"])
        self.assertEqual((preview.found, preview.reached, preview.control), (6, 6, 3))
        self.assertEqual(preview.sample_ids, self.people_a)
        self.assertFalse(self._subjects(campaign))

    def test_queries_do_not_grow_with_the_audience(self):
        few = self._mailing(self._campaign(control_percent=20), self.people_a[:1])
        many = self._mailing(
            self._campaign(control_percent=20), self.people_a | self.people_b
        )
        few._assign_subjects()
        self.env.flush_all()
        with self.assertQueryCount(12):
            many._assign_subjects()

    def test_who_comes_in_one_by_one(self):
        """Of customers whom mailings reach one at a time, every second is left out as well."""
        campaign = self._campaign(control_percent=50)
        people = self.people_a[:6]
        for person in people:
            self._mailing(campaign, person)._assign_subjects()
        self.assertEqual(len(self._subjects(campaign, "control")), 3)

    def test_a_filter_that_the_database_refuses(self):
        campaign = self._campaign()
        broken = self._mailing(campaign, self.people_a[:1], state="in_queue")
        fine = self._mailing(campaign, self.people_a[1:2])
        with (
            mute_logger("odoo.addons.crm_dealer_club.models.campaign.mailing_mailing_send"),
            patch.object(
                type(broken), "_assign_subjects", lambda self: self.env.cr.execute("SELECT 1 / 0")
            ),
        ):
            broken._make_ready()
        self.assertEqual(broken.state, "draft")
        self.assertEqual(self._send(fine), self.people_a[1])
