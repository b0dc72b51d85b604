import random
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.credit.crm_credit_file import _STEP
from .common_credit import CreditCase
from .common_migration import migrate

REVIEW = "crm_dealer_grading.mail_activity_type_credit_review"


@tagged("post_install", "-at_install")
class TestCreditFile(CreditCase):
    """Limits, their end and their history (K3)."""

    def test_grant_writes_the_limit_of_the_erp(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.partner.credit_limit, 1000)
        self.assertEqual(self.partner.with_company(other).credit_limit, 0)
        change = self.file.change_ids
        self.assertEqual((change.old_limit, change.new_limit, change.source),
                         (0, 1000, "application"))  # fmt: skip
        self.assertEqual(change.user_id, self.env.user)

    def test_one_file_a_customer_and_company(self):
        contact = self._customer(self.dealer_a, parent_id=self.partner.id)
        files = self.env["crm.credit.file"]
        self.partner.is_company = True
        self.assertEqual(files._open(self.partner | contact, self.company), self.file)
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.assertEqual(files._open(self.partner, branch), self.file)

    def test_review_is_planned_and_renewed(self):
        ends = fields.Date.today() + timedelta(days=100)
        self.company.credit_controller_id = self.users["credit"]
        self.file._grant(1000, ends, "Test")
        [review] = self.file.activity_ids
        self.assertEqual(review.activity_type_id, self.env.ref(REVIEW))
        self.assertEqual(review.date_deadline, ends - timedelta(days=30))
        self.assertEqual(review.user_id, self.users["credit"])
        self.file._grant(2000, ends + timedelta(days=365), "Test")
        [review] = self.file.activity_ids
        self.assertEqual(review.date_deadline, ends + timedelta(days=335))

    def test_expiry_lowers_to_the_default_once(self):
        self.company.credit_mode = "off"
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 200, company_id=self.company.id
        )
        ends = fields.Date.today() + timedelta(days=10)
        self.file._grant(1000, ends, "Test")
        low = self._file(self.customer_b, 50, ends)
        self.file._cron_expire_batch()
        self.assertEqual(self.file.limit, 1000)
        with freeze_time(ends + timedelta(days=2)):
            self.assertEqual((self.file._limit_today(), low._limit_today()), (200, 50))
            self.file._cron_expire_batch()
            self.file._cron_expire_batch()
        self.assertEqual((self.file.limit, low.limit), (200, 50))
        self.assertEqual(self.partner.credit_limit, 200)
        self.assertEqual(self.file.change_ids.mapped("source"), ["expiry", "application",
                                                                  "application"])  # fmt: skip
        self.assertFalse(self.file.activity_ids)

    def test_lowering_takes_a_controller_and_a_reason(self):
        def lower(login, limit):
            wizards = self._as(login, self.env["crm.credit.lower"])
            return wizards.create(
                {"file_ids": self.file.ids, "limit": limit, "reason": "Bounced cheque"}
            ).action_lower()

        for limit in (1001, -1):
            with self.assertRaisesRegex(UserError, "credit application"):
                lower("credit", limit)
        lower("credit", 300)
        self.assertEqual((self.file.limit, self.partner.credit_limit), (300, 300))
        self.file.invalidate_recordset(["change_ids"])
        self.assertEqual(self.file.change_ids[0].user_id, self.users["credit"])
        self.assertEqual(self.file.change_ids[0].reason, "Bounced cheque")

    def test_lowering_to_zero_stops_sales_of_a_file_that_was_only_opened(self):
        """What the ERP held is a limit by the controller's word from then on, also of 0."""
        self.customer_b.with_context(credit_file_step=_STEP).credit_limit = 1000
        file = self.env["crm.credit.file"]._open(self.customer_b, self.company)
        self.assertFalse(file.granted_on)
        wizards = self._as("credit", self.env["crm.credit.lower"])
        wizards.create({"file_ids": file.ids, "limit": 0, "reason": "Bounced"}).action_lower()
        with self.assertRaisesRegex(UserError, "credit limit"):
            self._quotation(self.customer_b, 1).action_confirm()
        granted = self.file.granted_on
        with freeze_time(granted + timedelta(days=3)):
            wizards.create(
                {"file_ids": self.file.ids, "limit": 1, "reason": "Bounced"}
            ).action_lower()
        self.assertEqual(self.file.granted_on, granted)
        # Of files that a former version left behind the upgrade says so.
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_credit_file SET granted_on = NULL WHERE id = %s", [file.id])
        script = "crm_dealer_grading/migrations/19.0.1.7.0/post-lowered.py"
        migrate(self.env, script, "19.0.1.6.0")
        lowered = file.change_ids.filtered(lambda change: change.source == "lowered")
        self.assertEqual(file.granted_on, lowered.create_date.date())

    def test_file_with_history_is_kept(self):
        with self.assertRaisesRegex(UserError, "Archive"):
            self.file.unlink()
        self.file.action_archive()
        empty = self.env["crm.credit.file"]._open(self.customer_b, self.company)
        empty.unlink()

    def test_archived_file_still_holds(self):
        self.file.action_archive()
        self.assertEqual(self.env["crm.credit.guard"]._limits(
            [(self.partner.id, self.company.id)]
        ), {(self.partner.id, self.company.id): 1000})  # fmt: skip

    def test_search_and_sort_agree_with_the_figures(self):
        draw = random.Random(4)
        files = self.file
        for number in range(12):
            partner = self._customer(self.dealer_a, name=f"Customer {number}")
            files |= self._file(partner, draw.choice([0, 100, 500]))
        self.company.credit_mode = "off"
        for file in files:
            for _order in range(draw.randrange(3)):
                self._quotation(file.partner_id, draw.choice([50, 100, 300])).action_confirm()
            if draw.random() < 0.5:
                self._invoice(file.partner_id, draw.choice([20, 80]), post=True)
            if draw.random() < 0.3:
                ended = fields.Date.today() - timedelta(days=3)
                file._change_limit(file.limit, "lowered", "Test", {"valid_until": ended})
        files.invalidate_recordset()
        within = [("id", "in", files.ids)]
        over = files.filtered(lambda file: file.used > file._limit_today())
        self.assertTrue(over and files - over)
        found = files.search([*within, ("over_limit", "=", True)])
        self.assertEqual(found, files.browse(found.ids))
        self.assertEqual(set(found.ids), set(over.ids))
        self.assertEqual(
            set(files.search([*within, ("over_limit", "=", False)]).ids), set((files - over).ids)
        )
        for name in ("used", "receivable", "uninvoiced", "free"):
            ordered = files.search(within, order=f"{name} desc, id")
            figures = ordered.mapped(lambda file, name=name: file[name])
            self.assertEqual(figures, sorted(figures, reverse=True))
        for state in ("none", "valid", "expiring", "expired"):
            self.assertEqual(
                set(files.search([*within, ("state", "=", state)]).ids),
                set(files.filtered(lambda file, state=state: file.state == state).ids),
            )

    def test_the_day_is_the_companys(self):
        """West of the date line it is yesterday still; the company's limits have ended."""
        self.company.credit_mode = "off"
        self.company.partner_id.tz = "Pacific/Kiritimati"
        user = self.users["credit"]
        user.tz = "Pacific/Honolulu"
        files = self.env["crm.credit.file"].with_user(user).with_context(tz=user.tz)
        releases = self.env["crm.credit.release"].with_user(user).with_context(tz=user.tz)
        day = fields.Date.today() + timedelta(days=3)
        with freeze_time(f"{day} 10:30:00"):  # day + 1 there, day here, day - 1 with the user
            self.file._grant(1000, day, "Test")
            release = self._release(self.partner, 5, valid_until=day)
            self._invoice(self.partner, 100, invoice_date_due=day, post=True)
            file, release = files.browse(self.file.id), releases.browse(release.id)
            self.assertEqual((file.state, file.free), ("expired", -100))
            self.assertEqual(release.state, "expired")
            for state in ("valid", "expiring", "expired"):
                found = files.search([("state", "=", state), ("id", "=", file.id)])
                self.assertEqual(bool(found), state == "expired", state)
            for state in ("open", "expired"):
                found = releases.search([("state", "=", state), ("id", "=", release.id)])
                self.assertEqual(bool(found), state == "expired", state)
            self.assertIn(file, files.search([("over_limit", "=", True)]))
            owed = self.env["crm.credit.receivable"].with_user(user).with_context(tz=user.tz)
            line = owed.search([("partner_id", "=", self.partner.id)])
            self.assertEqual((line.days_overdue, line.age), (1, "30"))
            wizard = self.env["crm.credit.release"].with_context(tz=user.tz)
            self.assertEqual(wizard._default_valid_until(), day + timedelta(days=8))

    def test_constant_queries(self):
        partners = self.env["res.partner"].union(
            *(self._customer(self.dealer_a, name=f"Customer {number}") for number in range(80))
        )
        files = self.env["crm.credit.file"]._open(partners, self.company)

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(["limit", "used", "free", "over_limit", "state"])
            return self.env.cr.sql_log_count - before

        count(files[:1])
        self.assertLessEqual(count(files), count(files[:1]) + 1)

    def test_customer_form_tells_without_accounting_rights(self):
        self._quotation(self.partner, 400).action_confirm()
        customer = self._as("sales_a", self.partner)
        self.assertEqual(
            (customer.credit_granted, customer.credit_used, customer.credit_free),
            (1000, 400, 600),
        )

    def test_customers_without_a_file(self):
        other = self._customer(self.dealer_a, name="Without")
        self._quotation(other, 400).action_confirm()
        self._quotation(self.partner, 400).action_confirm()
        partners = self.env["res.partner"]
        buying = partners.search([("buys_on_credit", "=", True)])
        self.assertLessEqual(other | self.partner, buying)
        self.assertTrue(other.buys_on_credit)
        without = buying.filtered_domain([("credit_file_ids", "=", False)])
        self.assertIn(other, without)
        self.assertNotIn(self.partner, without)

    def test_merge_joins_files(self):
        twin = self._customer(self.dealer_a, name="Twin")
        self._file(twin, 300)
        self._quotation(twin, 100).action_confirm()
        self._quotation(self.partner, 200).action_confirm()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | twin).ids, self.partner)
        self.assertEqual(self.file.limit, 1000)
        self.assertEqual(self.partner.credit_limit, 1000)
        self.assertEqual(sum(self._use()), 300)
        self.assertEqual(len(self.file.change_ids), 3)
        self.assertEqual(
            self.env["crm.credit.file"].search_count([("partner_id", "=", self.partner.id)]), 1
        )

    def test_merge_prefers_what_was_granted(self):
        """A file that was only opened, with nothing in it, takes nobody's limit away."""
        low, high = (self._customer(self.dealer_a, name=name) for name in ("Low", "High"))
        credit_class = self.env["crm.credit.class"].create({"name": "Test", "code": "T1"})
        ends = fields.Date.today() + timedelta(days=100)
        self._file(high, 900)
        granted = self._file(low, 300, ends)
        granted._change_limit(300, "lowered", "Test", {"class_id": credit_class.id})
        target = self._customer(self.dealer_a, name="Target")
        kept = self.env["crm.credit.file"]._open(target, self.company)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((target | high | low).ids, target)
        self.assertEqual(target.credit_file_id, kept)
        self.assertEqual((kept.limit, kept.valid_until, kept.class_id), (300, ends, credit_class))
        self.assertTrue(kept.granted_on)
        self.assertEqual(kept.activity_ids.activity_type_id, self.env.ref(REVIEW))
        self.assertEqual(target.credit_limit, 300)
        with self.assertRaisesRegex(UserError, "credit limit"):
            self._quotation(target, 301).action_confirm()

    def test_merge_brings_a_file_along(self):
        twin = self._customer(self.dealer_a, name="Twin")
        file = self._file(twin, 300)
        target = self._customer(self.dealer_a, name="Target")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((target | twin).ids, target)
        self.assertEqual(file.partner_id, target)
        self.assertEqual(target.credit_limit, 300)


@tagged("post_install", "-at_install")
class TestCreditReceivables(CreditCase):
    def test_order_is_class_then_age(self):
        best, worst = self.env["crm.credit.class"].create(
            [{"name": "Best", "code": "T1", "sequence": 900},
             {"name": "Worst", "code": "T9", "sequence": 990}]
        )  # fmt: skip
        partners = {}
        for name, credit_class in (("best", best), ("worst", worst), ("none", None)):
            partners[name] = self._customer(self.dealer_a, name=f"Test {name}")
            if credit_class:
                file = self._file(partners[name], 9000)
                file._change_limit(9000, "lowered", "Test", {"class_id": credit_class.id})
        today = self.env.company._today_here()
        for name, days in (("best", 100), ("worst", 10), ("worst", 70), ("none", 1), ("best", -5)):
            due = today - timedelta(days=days)
            self._invoice(partners[name], 10 + abs(days), post=True,
                          invoice_date=min(due, today), invoice_date_due=due)  # fmt: skip
        found = self.env["crm.credit.receivable"].search(
            [("partner_id", "in", [partner.id for partner in partners.values()])]
        )
        names = {partner: name for name, partner in partners.items()}
        self.assertEqual(
            [(names[line.partner_id], line.days_overdue, line.age) for line in found],
            [
                ("none", 1, "30"), ("worst", 70, "90"), ("worst", 10, "30"),
                ("best", 100, "more"), ("best", 0, "current"),
            ],
        )  # fmt: skip
