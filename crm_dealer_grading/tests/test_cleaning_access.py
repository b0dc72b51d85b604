"""Who sees and decides possible duplicates and suspicious data (C3); the denials first."""

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import DealerCommon, DealerFactories
from .common_rpc import RpcCalls

PHONE = "+86 138 0011 2233"


class CleaningFactories(DealerFactories):
    """A pair at each dealer, one across, and a fault at each dealer."""

    @classmethod
    def _set_up_cleaning(cls):
        cls.Candidate = cls.env["crm.duplicate.candidate"]
        cls.Suspicious = cls.env["crm.suspicious.data"]
        both = {"email": "pair.a@example.com"}
        cls.customer_a.write(both)
        cls.twin_a = cls._customer(cls.dealer_a, name="Twin A", **both)
        cls.customer_b.write({"phone": PHONE})
        cls.twin_b = cls._customer(cls.dealer_b, name="Twin B", phone=PHONE)
        cls.cross_a = cls._customer(cls.dealer_a, name="Cross A", email="Cross@Example.com ")
        cls.cross_b = cls._customer(cls.dealer_b, name="Cross B", email="cross@example.com")
        cls.faulty_a = cls._customer(cls.dealer_a, name="Faulty A", phone="+86 12")
        cls.faulty_b = cls._customer(cls.dealer_b, name="Faulty B", phone="+86 13")
        cls.Candidate._refresh()
        cls.Suspicious._refresh()
        cls.pair_a, cls.pair_b, cls.cross = (
            cls.Candidate.search([("partner_a_id", "=", partner.id)])
            for partner in (cls.customer_a, cls.customer_b, cls.cross_a)
        )
        cls.row_a, cls.row_b = (
            cls.Suspicious.search([("partner_id", "=", partner.id)])
            for partner in (cls.faulty_a, cls.faulty_b)
        )


@tagged("post_install", "-at_install")
class TestCleaningAccess(CleaningFactories, DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cleaning()

    def _seen(self, login):
        ours = (self.pair_a | self.pair_b | self.cross).ids
        rows = (self.row_a | self.row_b).ids
        pairs = self._as(login, self.Candidate).search([("id", "in", ours)])
        found = self._as(login, self.Suspicious).search([("id", "in", rows)])
        return set(pairs.ids), set(found.ids)

    def test_who_sees_what(self):
        self.assertEqual([len(r) for r in (self.pair_a, self.pair_b, self.cross)], [1, 1, 1])
        nothing, of_a, of_b = set(), set(self.pair_a.ids), set(self.pair_b.ids)
        self.assertEqual(self._seen("homeless"), (nothing, nothing))
        for login in ("sales_b", "greedy_b"):
            self.assertEqual(self._seen(login), (of_b, set(self.row_b.ids)))
        for login in ("sales_a", "manager_a"):
            self.assertEqual(self._seen(login), (of_a, set(self.row_a.ids)))
        for login in ("credit", "agent", "auditor", "oem"):
            pairs, rows = self._seen(login)
            self.assertEqual((len(pairs), len(rows)), (3, 2), login)
        with self.assertRaises(AccessError):
            self._seen("clerk")

    def test_nobody_writes_by_hand(self):
        for login in ("sales_a", "manager_a", "credit", "agent", "auditor", "oem"):
            for record, vals in (
                (self.pair_a, {"state": "rejected"}),
                (self.row_a, {"state": "accepted"}),
            ):
                mine = self._as(login, record)
                with self.subTest(login=login, model=record._name):
                    for call in (mine.unlink, lambda mine=mine, vals=vals: mine.write(vals)):
                        with self.assertRaises(AccessError):
                            call()

    def test_who_may_not_decide(self):
        for login in ("auditor", "credit", "sales_b", "homeless", "clerk"):
            pair, row = self._as(login, self.pair_a), self._as(login, self.row_a)
            with self.subTest(login):
                for call in (pair.action_not_duplicate, pair.action_merge, pair.action_reopen):
                    with self.assertRaises(AccessError):
                        call()
                with self.assertRaises(AccessError):
                    row.accept("because")
                with self.assertRaises(AccessError):
                    row.action_reopen()
        with self.assertRaises(AccessError):
            self._as("sales_a", self.cross).action_merge()
        for login in ("sales_a", "auditor", "credit", "clerk"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, self.Candidate).action_refresh()

    def test_who_decides(self):
        for login in ("sales_a", "manager_a", "agent", "oem"):
            with self.subTest(login):
                pair, row = self._as(login, self.pair_a), self._as(login, self.row_a)
                pair.action_not_duplicate()
                self.assertEqual(self.pair_a.decided_by_id, self.users[login])
                pair.action_reopen()
                row.accept("compared")
                self.assertEqual(self.row_a.accepted_by_id, self.users[login])
                row.action_reopen()
                self.assertEqual((self.pair_a.state, self.row_a.state), ("open", "open"))
        self._as("manager_a", self.Candidate).action_refresh()

    def test_customer_moves_and_the_pair_with_it(self):
        self.twin_a.dealer_id = self.dealer_b
        self.assertEqual(self._seen("sales_a")[0], set())
        self.customer_a.dealer_id = self.dealer_b
        self.assertEqual(self._seen("sales_b")[0], set((self.pair_a | self.pair_b).ids))

    def test_dealers_merge_what_is_proved(self):
        """Another e-mail does not stand in the way, unless only the name is the same."""
        self.twin_b.email = "other@example.com"
        action = self._as("sales_b", self.pair_b).action_merge()
        wizards = self._as("sales_b")[action["res_model"]].with_context(**action["context"])
        wizard = wizards.create({})
        self.assertEqual(wizard.partner_ids, self.customer_b | self.twin_b)
        wizard.dst_partner_id = self.customer_b
        wizard.action_merge()
        self.assertFalse(self.twin_b.exists())
        self.assertFalse(self.pair_b.exists())

    def test_users_and_namesakes_need_the_same_email(self):
        names = [self._customer(self.dealer_a, name="Same", email=f"{i}@x.cn") for i in "12"]
        self.Candidate._refresh()
        merge = self._as("sales_a")["base.partner.merge.automatic.wizard"]._merge
        with self.assertRaisesRegex(Exception, "same email"):
            merge([partner.id for partner in names])
        self.users["clerk"].partner_id.write({"dealer_id": self.dealer_a.id})
        pair = [self.users["clerk"].partner_id, self.twin_a]
        self.Candidate.create(
            {
                "partner_a_id": min(p.id for p in pair),
                "partner_b_id": max(p.id for p in pair),
                "reason": "phone",
            }
        )
        with self.assertRaisesRegex(Exception, "same email"):
            merge([partner.id for partner in pair])


@tagged("post_install", "-at_install")
class TestCleaningRpc(RpcCalls, CleaningFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls._set_up_cleaning()

    def _denied(self, record, method, *args):
        return super()._denied(record._name, method, record.ids, *args)

    def test_denied(self):
        for login in ("sales_b", "auditor"):
            self.authenticate(login, login)
            for record in (self.pair_a, self.row_a):
                with self.subTest(login=login, model=record._name):
                    self._denied(record, "write", {"state": "open"})
                    self._denied(record, "unlink")
                    self._denied(record, "action_reopen")
            self._denied(self.pair_a, "action_not_duplicate")
            self._denied(self.row_a, "accept", "because")
            for private in ("_refresh", "_decide", "_follow_merge"):
                self._denied(self.pair_a, private)
        self.authenticate("sales_b", "sales_b")
        self._denied(self.cross, "read", ["match"])
        self._denied(self.row_a, "read", ["value_shown"])
        self.authenticate("oem", "oem")
        self._denied(self.row_a, "read", ["fingerprint"])
