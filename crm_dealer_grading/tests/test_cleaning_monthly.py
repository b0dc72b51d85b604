"""The monthly list and to-do of each dealer's manager (C3)."""

from freezegun import freeze_time

from odoo.tests import tagged

from .common import DealerCommon


@tagged("post_install", "-at_install")
@freeze_time("2031-03-01 02:00:00")
class TestCleaningMonthly(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer_a.manager_id = cls.users["manager_a"]
        for name in ("One", "Two"):
            cls._customer(cls.dealer_a, name=name, email="x@y")
        cls._customer(cls.dealer_b, name="Three", email="x@y")
        cls.env["crm.duplicate.candidate"]._refresh()
        cls.env["crm.suspicious.data"]._refresh()
        cls.List = cls.env["crm.cleaning.list"]

    def _tell(self, stop_after=None):
        calls = []

        def progress(done=0, *, remaining=None):
            calls.append(done)
            return stop_after is None or len(calls) <= stop_after

        self.List._tell_managers(progress)

    def _todos(self):
        kind = self.env.ref("crm_dealer_grading.activity_type_cleaning")
        return self.env["mail.activity"].search(
            [("activity_type_id", "=", kind.id), ("res_model", "=", "crm.dealer")]
        )

    def _mine(self):
        return self._todos().filtered(lambda a: a.res_id in (self.dealer_a | self.dealer_b).ids)

    def test_once_a_month(self):
        self._tell()
        todo = self._mine().filtered(lambda a: a.res_id == self.dealer_a.id)
        self.assertEqual(todo.user_id, self.users["manager_a"])
        self.assertIn("2031-03", todo.summary)
        self.assertIn("2", todo.note)
        self.assertEqual(len(self._mine()), 2)
        line = self.List.search([("dealer_id", "=", self.dealer_a.id)])
        # Two addresses that are malformed, and the pair that has the same one.
        self.assertEqual((line.duplicate_count, line.suspicious_count), (1, 2))
        todo.action_feedback()
        self._tell()
        with freeze_time("2031-03-31 09:00:00"):
            self._tell()
        self.assertEqual(len(self._mine()), 1)
        with freeze_time("2031-04-02 09:00:00"):  # the server was down on the first
            self._tell()
            self._tell()
        self.assertEqual(len(self._mine()), 3)
        self.assertEqual(self.List.search_count([("dealer_id", "=", self.dealer_a.id)]), 2)

    def test_stopped_job_goes_on(self):
        dealers = self.env["crm.dealer"].search([])
        self._tell(stop_after=2)
        month = [("month", "=", "2031-03-01")]
        self.assertEqual(self.List.search_count(month), 2)
        self._tell()
        self.assertEqual(self.List.search(month).dealer_id, dealers)
        self.assertEqual(self.List.search_count(month), len(dealers))
        ids = self._todos().mapped("res_id")
        self.assertEqual(len(ids), len(set(ids)))

    def test_nothing_to_do_no_to_do(self):
        clean = self.env["crm.dealer"].create({"name": "Clean", "code": "T-CLEAN"})
        self._tell()
        self.assertEqual(self.List.search_count([("dealer_id", "=", clean.id)]), 1)
        self.assertFalse(self._todos().filtered(lambda a: a.res_id == clean.id))

    def test_isolation(self):
        self._tell()
        for login, count in (("homeless", 0), ("sales_b", 1), ("manager_a", 1), ("auditor", 2)):
            found = self._as(login, self.List).search(
                [("dealer_id", "in", (self.dealer_a | self.dealer_b).ids)]
            )
            self.assertEqual(len(found), count, login)
