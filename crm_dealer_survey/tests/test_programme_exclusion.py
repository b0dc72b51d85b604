"""Answers are left out and counted again by buttons, by the manufacturer's manager alone (S1)."""

from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from .common_programme import SurveyFactories

MODEL = "crm.satisfaction.exclusion"
DENIED = ("sales_a", "manager_a", "greedy_b", "agent", "auditor", "clerk")


@tagged("post_install", "-at_install")
class TestExclusion(SurveyFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        cls.answers = cls._answered() | cls._answered() | cls._answered()
        cls.env.flush_all()

    def _rpc(self, model, method, *args, **context):
        url = f"/web/dataset/call_kw/{model}/{method}"
        params = {"model": model, "method": method, "args": args, "kwargs": {"context": context}}
        return self.url_open(url, json={"params": params}).json()

    def _dialog(self, decision, answers, reason):
        """As the web client does it: the dialog is saved, then its button pressed."""
        context = {"default_decision": decision, "active_ids": answers.ids}
        made = self._rpc(MODEL, "create", [{"reason": reason}], **context)
        if "error" in made:
            return made
        return self._rpc(MODEL, "action_apply", made["result"])

    def _counted(self):
        return sum(row["n"] for row in self.version.index())

    def test_denied_over_rpc(self):
        for login in DENIED:
            self.authenticate(login, login)
            for model, method, args in (
                (MODEL, "create", [[{"reason": "X", "answer_ids": self.answers.ids}]]),
                ("survey.user_input", "_exclude", [self.answers.ids, "X"]),
                ("survey.user_input", "_decide_to_count", [self.answers.ids, True, "X"]),
                ("survey.user_input", "write",
                 [self.answers.ids, {"satisfaction_excluded": True}]),
            ):  # fmt: skip
                with self.subTest(login=login, method=method):
                    refusal = self._rpc(model, method, *args)["error"]["data"]["name"]
                    self.assertIn("AccessError", refusal)
        self.assertEqual(self._counted(), 3)

    def test_manager_leaves_out_and_counts_again_over_rpc(self):
        self.authenticate("oem", "oem")
        two = self.answers[:2]
        result = self._dialog("exclude", two, "Given by the salesperson")
        self.assertEqual(result["result"]["type"], "ir.actions.act_window_close")
        self.assertEqual(self._counted(), 1)
        self.assertFalse(two.satisfaction_score_ids)
        # Once more, with one that still counts: only that one is new.
        self._dialog("exclude", self.answers, "And this one")
        self.assertEqual(self._counted(), 0)
        notes = [self._notes(answer) for answer in self.answers]
        self.assertEqual(notes[:2], [["Left out: Given by the salesperson"]] * 2)
        self.assertEqual(notes[2], ["Left out: And this one"])
        self._dialog("readmit", two, "It was the customer")
        self.assertEqual(self._counted(), 2)
        self.assertEqual(self._notes(two[0])[0], "Counts again: It was the customer")
        self.assertEqual(two[0].message_ids[0].author_id, self.users["oem"].partner_id)

    def _notes(self, answer):
        answer.invalidate_recordset()
        notes = answer.message_ids.mapped("body")
        return [note.striptags() for note in notes if "out:" in note or "again:" in note]

    def test_what_is_refused_with_words(self):
        waiting = self._link()
        plain = self.env["survey.survey"].create({"title": "Canteen"})
        foreign = self.env["survey.user_input"].create({"survey_id": plain.id, "state": "done"})
        answers = self.answers.with_user(self.users["oem"])
        for answer, reason in ((self.answers, " "), (waiting, "X"), (foreign, "X")):
            with self.assertRaises(UserError):
                answers.browse(answer.ids)._exclude(reason)
        self.assertEqual(self._counted(), 3)

    def test_reason_is_kept_as_text(self):
        self._as("oem", self.answers[0])._exclude("<img src=x onerror=alert(1)> & so")
        self.assertIn("&lt;img", self.answers[0].message_ids[0].body)

    def test_dialog_of_the_form(self):
        context = {"default_decision": "exclude", "active_ids": self.answers[0].ids}
        form = Form(self._as("oem", self.env[MODEL]).with_context(**context))
        form.reason = "Test drive"
        form.save().action_apply()
        self.assertTrue(self.answers[0].satisfaction_excluded)
        answers = self.env["survey.user_input"]
        view = answers.get_view(
            self.env.ref("crm_dealer_survey.survey_user_input_view_search").id, "search"
        )
        for name in ("excluded", "counted", "group_excluded"):
            self.assertIn(f'name="{name}"', view["arch"])

    def test_buttons_are_the_managers(self):
        for login, shown in (("oem", True), ("auditor", False), ("manager_a", False)):
            for kind in ("form", "list"):
                view = self.env.ref(f"crm_dealer_survey.survey_user_input_view_{kind}")
                arch = self._as(login, self.env["survey.user_input"]).get_view(view.id, kind)
                self.assertEqual("Leave Out" in arch["arch"], shown, (login, kind))

    def test_few_queries_for_many(self):
        for answers in (self.answers[:1], self.answers[1:]):
            self.env.flush_all()
            with self.assertQueryCount(25):
                self._as("oem", answers)._exclude("Many")
                self.env.flush_all()
