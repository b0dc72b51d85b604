from datetime import timedelta

from odoo.tests import tagged

from .common import ClubCase

KIND = "crm_dealer_club.mail_activity_type_tier_notice"


@tagged("post_install", "-at_install")
class TestTierNotice(ClubCase):
    """Members hear in time that a tier ends, once, in their language (M1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env.cr.execute(
            "UPDATE crm_club_membership SET notice_for = valid_until WHERE partner_id NOT IN %s",
            [tuple((cls.customer_a | cls.customer_b).ids)],
        )
        cls.env.invalidate_all()
        cls.Member = cls.env["crm.club.membership"]
        cls.today = cls.Member._today()
        cls.customer_a.write({"email": "a@example.com", "user_id": cls.users["sales_a"].id})
        cls.end = cls.today + timedelta(30)
        cls.member = cls._member(cls.customer_a, "G", valid_until=cls.end)

    def _told(self, day):
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        told = self.Member._send_notices(day)
        return told, mails.search([]) - before

    def _to_dos(self):
        return self.member.activity_ids.filtered(
            lambda to_do: to_do.activity_type_id == self.env.ref(KIND)
        )

    def test_once_a_period(self):
        self.assertFalse(self._told(self.today - timedelta(1))[0])
        told, mails = self._told(self.today)
        self.assertEqual((told, len(mails)), (self.member, 1))
        self.assertEqual(mails.recipient_ids, self.customer_a)
        self.assertIn("Gold", mails.subject)
        self.assertEqual(self.member.notice_for, self.end)
        self.assertFalse(self._told(self.today + timedelta(1))[0])
        # Renewed: the next period has a notice of its own.
        self._level(self.customer_a, "G", 60000)
        self.Member._run_tiers(self.end + timedelta(1), self.customer_a.ids)
        self.assertFalse(self.member.notice_for)
        self._level(self.customer_a, "S", 20000)
        self.assertEqual(self._told(self.member.valid_until)[0], self.member)

    def test_to_do_for_the_advisor(self):
        self._told(self.today)
        [to_do] = self._to_dos()
        self.assertEqual((to_do.user_id, to_do.date_deadline), (self.users["sales_a"], self.end))
        self.assertIn("Gold", to_do.summary)
        self.assertIn("to keep Gold", to_do.note)
        # What has come to pass needs no to-do.
        self._level(self.customer_a, "D", 300000)
        self.Member._run_tiers(self.today, self.customer_a.ids)
        self.assertFalse(self._to_dos())

    def test_to_do_for_the_manager_where_the_advisor_is_elsewhere(self):
        self.customer_a.user_id = self.users["sales_b"]
        self.assertEqual(self.member._carers(), {self.member.id: self.users["manager_a"]})
        self.customer_a.user_id = False
        self.assertEqual(self.member._carers(), {self.member.id: self.users["manager_a"]})

    def test_in_the_members_language(self):
        self.customer_a.lang = "zh_CN"
        self.env.ref("crm_dealer_club.tier_gold").with_context(lang="zh_CN").name = "金卡"
        _told, mails = self._told(self.today)
        self.assertIn("金卡", str(mails.subject))
        self.assertIn("金卡", str(mails.body_html))

    def test_not_who_earns_it_nor_who_wants_no_contact(self):
        for change in (
            lambda: self._level(self.customer_a, "G", 60000),
            lambda: self.customer_a.write({"contact_opt_out": True}),
            lambda: self.customer_a.sudo().write({"given_up_on": self.today}),
            lambda: self.member._store({"state": "suspended"}),
            lambda: self.member._store({"valid_until": self.today - timedelta(31)}),
        ):
            with self.subTest(), self.env.cr.savepoint() as savepoint:
                change()
                self.assertFalse(self._told(self.today)[0])
                savepoint.close(rollback=True)
                self.env.invalidate_all()
        self.assertTrue(self._told(self.today)[0])

    def test_vip_is_told_as_well(self):
        self.member._store({"tier_id": self.tiers["V"].id})
        self._level(self.customer_a, "D", 300000)
        told, _mails = self._told(self.today)
        self.assertEqual(told, self.member)
        self.assertIn("by invitation until", self._to_dos().note)

    def test_without_an_address_the_dealer_calls(self):
        self.customer_a.email = False
        told, mails = self._told(self.today)
        self.assertEqual((told, len(mails)), (self.member, 0))
        self.assertTrue(self._to_dos())
