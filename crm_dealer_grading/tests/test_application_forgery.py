from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common_application import ApplicationFactories


@tagged("post_install", "-at_install")
class TestCreditApplicationForgery(ApplicationFactories, TransactionCase):
    """Writing around the steps: states, figures, papers, reviews (K2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_applications()

    def test_state_is_not_written(self):
        forged = {
            "credit_application_step": True,
            "skip_validation_check": True,
            "skip_check_state_condition": True,
            "tier_validation_defer_compute_can_review": True,
        }
        someone = self.users["sales_b"].id
        for application in (self._application(), self._at("finance"), self._filed()):
            for login in ("sales_a", "manager_a", "credit", "finance", "oem"):
                for vals in (
                    {"state": "filed"},
                    {"state": "draft"},
                    {"validation_status": "validated"},
                    {"submitted_by_id": someone},
                    {"editor_ids": [Command.clear()]},
                    {"review_ids": [Command.clear()]},
                    {"review_ids": [Command.create({"status": "approved"})]},
                    {"filed_on": "2026-01-01"},
                    {"refusal_reason": "x"},
                    {"name": "CA/1"},
                    {"dealer_id": self.dealer_b.id},
                    {"create_uid": someone},
                ):
                    seen = self._as(login, application).with_context(**forged)
                    with self.subTest(login, vals=vals), self.assertRaises(UserError):
                        seen.write(vals)

    def test_form_is_frozen(self):
        for application in (self._at("department"), self._at("finance"), self._filed()):
            for login in ("sales_a", "manager_a", "credit", "finance", "oem"):
                seen = self._as(login, application).with_context(skip_validation_check=True)
                for vals in (
                    {"requested_limit": 1},
                    {"partner_id": self.customer_a.id},
                    {"channel_class_id": False},
                    {"paper_ids": [Command.clear()]},
                    {"note": "x", "approved_limit": 5},
                ):
                    with self.subTest(login, vals=vals), self.assertRaises(UserError):
                        seen.write(vals)
                for act in (
                    lambda: seen.paper_ids[0].write({"stamped": False}),  # noqa: B023
                    lambda: seen.paper_ids[0].unlink(),  # noqa: B023
                    lambda: seen.unlink(),  # noqa: B023
                ):
                    with self.assertRaises(UserError):
                        act()

    def test_paper_is_not_swapped_behind(self):
        """The copy's attachment is a record of its own."""
        application = self._at("department")
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "crm.credit.paper"),
                ("res_field", "=", "document"),
                ("res_id", "in", application.paper_ids.ids),
            ],
            limit=1,
        )
        self.assertTrue(attachment)
        for login in ("sales_a", "manager_a", "credit", "oem", "finance"):
            with self.subTest(login):
                with self.assertRaises(UserError):
                    self._as(login, attachment).write({"datas": b"eA=="})
                with self.assertRaises(UserError):
                    self._as(login, attachment).unlink()
                with self.assertRaises(UserError):
                    self._as(login)["ir.attachment"].create(
                        {"name": "x", "res_model": attachment.res_model,
                         "res_id": attachment.res_id, "res_field": "document"}
                    )  # fmt: skip
        with self.assertRaises(AccessError):
            self._as("sales_b", attachment).read(["datas"])

    def test_who_swaps_a_copy_has_edited(self):
        draft = self._application()
        copies = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "crm.credit.paper"),
                ("res_field", "=", "document"),
                ("res_id", "in", draft.paper_ids.ids),
            ]
        )
        self._as("manager_a", copies[0]).write({"datas": b"eA=="})
        self.assertIn(self.users["manager_a"], draft.sudo().editor_ids)

    def test_new_ones_are_drafts(self):
        vals = {
            "partner_id": self.company_a.id,
            "state": "filed",
            "validation_status": "validated",
            "approved_limit": 1,
            "submitted_by_id": self.users["sales_b"].id,
            "name": "Mine",
            "dealer_id": self.dealer_b.id,
            "review_ids": [Command.create({"status": "approved", "model": "x"})],
            "editor_ids": [Command.clear()],
        }
        for given, context in (
            (vals, {}),
            ({"partner_id": self.company_a.id}, {f"default_{k}": v for k, v in vals.items()}),
        ):
            Application = self._as("sales_a")["crm.credit.application"].with_context(**context)
            draft = Application.create(given).sudo()
            self.assertEqual((draft.state, draft.validation_status), ("draft", "no"))
            self.assertFalse(draft.approved_limit or draft.submitted_by_id or draft.review_ids)
            self.assertEqual(draft.dealer_id, self.dealer_a)
            self.assertEqual(draft.editor_ids, self.users["sales_a"])
            self.assertTrue(draft.name.startswith("CA/"))

    def test_reviews_are_not_written(self):
        """Every user may write reviews; those of applications nobody, whoever asks."""
        application = self._at("department")
        review = application.sudo().review_ids[0]
        mine = self.env["tier.review"].create(
            {"model": "res.partner", "res_id": self.company_a.id}
        )
        for login in ("sales_a", "manager_a", "credit", "finance", "oem"):
            Review = self._as(login)["tier.review"].with_context(credit_application_step=True)
            for act in (
                lambda: Review.browse(review.id).write({"status": "approved"}),  # noqa: B023
                lambda: Review.browse(review.id).write({"done_by": 1}),  # noqa: B023
                lambda: Review.browse(review.id).write({"comment": "x"}),  # noqa: B023
                lambda: Review.browse(review.id).write({"res_id": 1}),  # noqa: B023
                lambda: Review.browse(review.id).write({"model": "res.partner"}),  # noqa: B023
                lambda: Review.browse(review.id).unlink(),  # noqa: B023
                lambda: Review.create(  # noqa: B023
                    {"model": application._name, "res_id": application.id, "status": "approved"}
                ),
                lambda: Review.with_context(  # noqa: B023
                    default_model=application._name, default_res_id=application.id
                ).create({"status": "approved"}),
                lambda: Review.browse(mine.id).write(  # noqa: B023
                    {"model": application._name, "res_id": application.id}
                ),
                lambda: Review.browse(mine.id).write(  # noqa: B023
                    {"credit_application_id": application.id}
                ),
            ):
                with self.subTest(login), self.assertRaises(AccessError):
                    act()
            Review.browse(mine.id).write({"comment": login})  # others' stay as they are
        self.assertEqual(
            application.sudo().review_ids.mapped("status"), ["pending", "waiting", "waiting"]
        )

    def test_tiers_own_methods(self):
        application = self._at("commerce")
        for login in ("sales_a", "manager_a", "credit"):
            seen = self._as(login, application)
            with self.subTest(login):
                for act in (seen.restart_validation, seen.request_validation, seen._rejected_tier):
                    with self.assertRaises(UserError):
                        act()
        self.assertEqual(
            application.sudo().review_ids.mapped("status"), ["approved", "pending", "waiting"]
        )

    def test_limit_is_decided_in_turn(self):
        application = self._at("department")
        vals = {"approved_limit": 100000}
        for login in ("sales_a", "manager_a", "credit", "finance", "oem"):
            with self.subTest(login), self.assertRaises(UserError):
                self._as(login, application).write(vals)
        self._as("manager_a", application).action_approve("x")
        for login in ("sales_a", "manager_a2", "finance", "auditor"):
            with self.subTest(login), self.assertRaises(UserError):
                self._as(login, application).write(vals)
        self._commerce(application)
        with self.assertRaises(UserError):
            self._as("credit", application).write(vals)
        with self.assertRaises(AccessError):
            self._as("finance", application).write({"assessment_id": False})
        self._as("finance", application).write(vals)
        self._as("finance", application).action_approve("x")
        self.assertEqual(application.sudo().approved_limit, 100000)

    def test_assessment_is_the_customers(self):
        application = self._at("commerce")
        for vals in ({"state": "draft"}, {"partner_id": self.customer_a.id}):
            wrong = self._assessment(**vals)
            for names in ({}, {"approved_limit": 5}):
                with self.assertRaises(UserError):
                    self._as("credit", application).write({"assessment_id": wrong.id, **names})
