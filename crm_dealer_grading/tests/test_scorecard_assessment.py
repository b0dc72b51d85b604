from datetime import datetime

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_scorecard import ScorecardCase
from .scorecard_oracle import judge


@tagged("post_install", "-at_install")
class TestCreditAssessment(ScorecardCase):
    """A customer judged by a scorecard: score, class, limit, and why (K1)."""

    # ---------------------------------------------------------------- result

    def test_result_by_table(self):
        draft = self._draft((8, 10, 9, None))
        self.assertEqual(draft.line_ids.criterion_id, self.card.criterion_ids)
        self.assertFalse(draft.score or draft.class_id or draft.proposed_limit)
        draft.action_done()
        # (30×8 + 10×10 + 40×9) / 80 = 8.75
        self.assertEqual((draft.score, draft.coverage), (87.5, 80.0))
        self.assertEqual(draft.class_id, self.classes["A"])
        self.assertEqual(draft.proposed_limit, 900)
        self.assertEqual((draft.state, draft.done_by_id), ("done", self.users["credit"]))

    def test_zero_is_an_answer(self):
        done = self._done((10, 0, 0, None))
        self.assertEqual((done.score, done.coverage), (37.5, 80.0))
        self.assertEqual(done.class_id, self.classes["C"])

    def test_answers_against_the_oracle(self):
        self.card.min_coverage = 40
        weights = [str(c.weight) for c in self.card.criterion_ids]
        bands = {str(band.min_score): band.class_id for band in self.card.band_ids}
        for points in ((9, 7, None, None), (8, 8, 8, None), (5, 5, 5, None), (10, 1, 3, None)):
            draft = self._draft(points)
            draft.action_done()
            wanted = judge(weights, points, bands)
            self.assertEqual(
                (round(draft.score * 10), round(draft.coverage * 10), draft.class_id), wanted
            )

    def test_share_of_revenue(self):
        card = self._share_card()
        now = datetime.now().replace(microsecond=0)
        self._insert_orders([(self.customer_a, 5_000, now), (self.customer_a, 1_234, now)])
        done = self._done((8, 8, 8, None), card=card)
        self.assertEqual(done.figure, 6_234)
        today = fields.Date.context_today(done.with_context(tz="Asia/Shanghai"))
        self.assertEqual(done.figure_on, today)
        self.assertEqual(done.proposed_limit, 620)  # 10 %, in tens
        self.assertFalse(done.is_capped)
        # Later orders change nothing of it.
        self._insert_orders([(self.customer_a, 100_000, now)])
        self.assertEqual((done.figure, done.proposed_limit), (6_234, 620))
        again = self._done((8, 8, 8, None), card=card)
        self.assertEqual(again.proposed_limit, 5_000)
        self.assertTrue(again.is_capped)
        self.assertIn("the most for this class", again.explanation)
        nothing = self._done((8, 8, 8, None), card=card, partner=self.customer_b)
        self.assertEqual((nothing.figure, nothing.proposed_limit), (0, 0))

    def _share_card(self):
        card = self._card(
            "SHARE",
            limit_method="share",
            metric_id=self.env.ref("crm_dealer_grading.metric_revenue_12m").id,
        )
        for band, (share, cap) in zip(card.band_ids, ((10, 5_000), (5, 0), (0, 0)), strict=True):
            band.write({"share": share, "cap": cap})
        card.action_activate()
        return card

    def test_revenue_of_another_company_does_not_count(self):
        card = self._share_card()
        other = self.env["res.company"].create({"name": "Other company"})
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.root_id.id}
        )
        now = datetime.now().replace(microsecond=0)
        self._insert_orders([(self.customer_a, 1_000, now)])
        self._insert_orders([(self.customer_a, 2_000, now)], company=branch)
        self._insert_orders([(self.customer_a, 40_000, now)], company=other)
        self.assertEqual(self._done((8, 8, 8, None), card=card).figure, 3_000)

    def test_company_with_another_currency(self):
        """Amounts of the scorecard are its currency's; the proposal is the company's."""
        foreign = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [
                    Command.create({"name": "2020-01-01", "rate": 2.5, "company_id": False})
                ],
            }
        )
        other = self.env["res.company"].create({"name": "Other", "currency_id": foreign.id})
        user = self.users["credit"]
        user.write({"company_ids": [Command.link(other.id)]})
        cards = {"table": self.card, "share": self._share_card()}
        now = datetime.now().replace(microsecond=0)
        self._insert_orders([(self.customer_a, 90_000, now)], company=other, currency=foreign)
        rate = foreign._get_conversion_rate(
            self.card.currency_id, foreign, other, fields.Date.today()
        )
        self.assertNotEqual(rate, 1)
        for method, amount in (("table", 900 * rate), ("share", min(9_000, 5_000 * rate))):
            done = self.Assessment.with_user(user).with_company(other).create(
                {"partner_id": self.customer_a.id, "scorecard_id": cards[method].id}
            )
            done.line_ids[:3].score = "8"
            done.action_done()
            self.assertEqual((done.company_id, done.currency_id), (other, foreign))
            self.assertEqual(done.proposed_limit, amount // 10 * 10, method)

    def test_no_scorecard_in_use(self):
        self.env.cr.execute("UPDATE crm_credit_scorecard SET state = 'replaced'")
        self.env.invalidate_all()
        with self._refused(UserError, "activate one"):
            self._as("credit", self.customer_a | self.customer_b).action_assess_credit()

    # ---------------------------------------------------------------- what is missing

    def test_missing_is_named(self):
        draft = self._draft((None, 9, 9, 9))
        with self._refused(UserError, "(?s)Criterion 0 has to be.*Criterion 3 needs a file"):
            draft.action_done()
        self.assertIn("Criterion 0", draft.missing)
        draft.line_ids[0].score = "9"
        self._file(draft.line_ids[3])
        self.assertFalse(draft.missing)
        draft.action_done()
        self.assertEqual((draft.state, draft.coverage), ("done", 100))

    def test_coverage(self):
        draft = self._draft((9, 9, None, None))
        with self._refused(UserError, "answers cover 40 % of the weight, and 50 % are needed"):
            draft.action_done()
        with self._refused(UserError, "cover 0 %"):
            self._draft().action_done()
        self.assertEqual(draft.state, "draft")

    # ---------------------------------------------------------------- words

    def test_explanation(self):
        done = self._done((9, 9, 4, None))
        words = done.explanation
        for part in (
            "65 of 100 points: class Class B",  # (270 + 90 + 160) / 80
            "Will is the strongest factor with 9.0 of 10 (weight 40 %)",
            "Means the weakest with 4.0 of 10 (weight 60 %)",
            "1 of 4 criteria are unanswered and left out; the others make 80 % of the weight",
            "400.00",
        ):
            self.assertIn(part, words)

    def test_explanation_of_a_draft(self):
        draft = self._draft((9, 9, None, None))
        self.assertIn("So far 90 of 100", draft.explanation)
        self.assertFalse(self._draft().explanation)
        self.assertFalse(self._as("sales_a", draft).explanation)
        cancelled = self._draft((9,))
        cancelled.action_cancel()
        self.assertFalse(cancelled.explanation)

    def test_explanation_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.factors["Means"].update_field_translations("name", {"zh_CN": "能力"})
        done = self._done((9, 9, 4, None))
        self.assertIn("能力", done.with_context(lang="zh_CN").explanation)
        self.assertNotIn("能力", done.with_context(lang="en_US").explanation)

    def test_words_cost_the_same_for_a_hundred(self):
        card = self._share_card()
        partners = self._customers(60)
        drafts = self.Assessment.with_user(self.users["credit"]).create(
            [{"partner_id": partner.id, "scorecard_id": card.id} for partner in partners]
        )
        for draft in drafts:
            draft.line_ids[:3].score = "7"
        drafts[:30].action_done()
        names = ["explanation", "class_id", "policy", "missing", "proposed_limit", "display_name"]
        counts = []
        for some in (drafts[29:31], drafts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)

    # ---------------------------------------------------------------- customers

    def test_contacts_count_for_their_company(self):
        firm = self._customer(self.dealer_a, name="Firm", is_company=True)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": firm.id})
        self.assertEqual(self._draft(partner=contact).partner_id, firm)

    def test_dealer_follows_the_customer(self):
        done = self._done()
        self.customer_a.dealer_id = self.dealer_b
        self.env.flush_all()
        self.assertEqual(done.dealer_id, self.dealer_b)
        self.assertEqual(done.sudo().line_ids.dealer_id, self.dealer_b)
        self.assertFalse(self._as("sales_a", self.Assessment).search([("id", "=", done.id)]))
        self.assertTrue(self._as("sales_b", self.Assessment).search([("id", "=", done.id)]))

    def test_merge(self):
        done, twin = self._done(), self._done(partner=self.customer_b)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer_a | self.customer_b).ids, self.customer_a)
        self.assertEqual((done | twin).partner_id, self.customer_a)
        self.assertEqual((done | twin).dealer_id, self.dealer_a)
        self.assertEqual((done | twin).sudo().line_ids.dealer_id, self.dealer_a)
        self.assertEqual(self._as("sales_a", self.customer_a).credit_assessment_count, 2)

    def test_customer_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.customer_a.company_id = other
        with self._refused(ValidationError, "customer of Other company only"):
            self.Assessment.create(
                {"partner_id": self.customer_a.id, "scorecard_id": self.card.id}
            )

    def test_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.root_id.id}
        )
        other = self.env["res.company"].create({"name": "Other company"})
        done = self._done()
        self.assertEqual(done.company_id, self.company.root_id)
        user = self.users["credit"]
        user.write(
            {"company_ids": [Command.set((branch | other).ids)], "company_id": other.id}
        )
        seen = self.Assessment.with_user(user)
        in_other = seen.with_context(allowed_company_ids=other.ids)
        self.assertFalse(in_other.search([("id", "=", done.id)]))
        in_branch = seen.with_context(allowed_company_ids=branch.ids)
        self.assertTrue(in_branch.search([("id", "=", done.id)]))
        draft = in_branch.create({"partner_id": self.customer_a.id, "scorecard_id": self.card.id})
        self.assertEqual(draft.company_id, self.company.root_id)

    def test_smart_button(self):
        self._done((9, 9, 9, None))
        latest = self._done((1, 1, 1, None))
        self._draft()
        for login in ("sales_a", "manager_a", "credit", "auditor"):
            customer = self._as(login, self.customer_a)
            self.assertEqual(customer.credit_assessment_count, 3, login)
            self.assertEqual(customer.credit_assessment_class_id, latest.class_id)
        for login in ("agent", "clerk"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, self.customer_a).read(["credit_assessment_class_id"])

    def test_assess_credit(self):
        customers = self._as("credit", self.customer_a)
        action = customers.action_assess_credit()
        form = Form(self._as("credit", self.Assessment).with_context(**action["context"]))
        self.assertTrue(form.scorecard_id)
        form.scorecard_id = self.card
        with form.line_ids.edit(0) as line:
            line.score = "9"
        draft = form.save()
        self.assertEqual(draft.line_ids.mapped("score"), ["9", False, False, False])
        self.assertEqual(customers.action_assess_credit()["res_id"], draft.id)
        both = self._as("credit", self.customer_a | self.customer_b).action_assess_credit()
        found = self.Assessment.search(both["domain"])
        self.assertEqual(found.partner_id, self.customer_a | self.customer_b)
        self.assertIn(draft.id, found.ids)
        with self.assertRaises(AccessError):
            self._as("sales_a", self.customer_a).action_assess_credit()
