from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_grading.tests.common_retention import RetentionRun

from .common_programme import SurveyFactories


@tagged("post_install", "-at_install")
class TestRetentionSurvey(RetentionRun, SurveyFactories, TransactionCase):
    """Words of answers go when their time is over, figures stay (P4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()

    def test_words_of_one_line_and_of_several(self):
        answer = self._answered()
        question = answer.user_input_line_ids[0].question_id
        lines = self.env["survey.user_input.line"].create(
            [
                {"user_input_id": answer.id, "question_id": question.id, "answer_type": kind,
                 f"value_{kind}": "Mr Li was rude"}
                for kind in ("char_box", "text_box")
            ]
        )  # fmt: skip
        figures = answer.user_input_line_ids.filtered("value_scale")
        said = figures.mapped("value_scale")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE survey_user_input_line SET create_date = create_date - interval '70 months'"
            " WHERE user_input_id = %s",
            [answer.id],
        )
        self.env.invalidate_all()
        rule = self.env.ref("crm_dealer_survey.retention_rule_answer_text")
        self._apply(self._switch_on(rule))
        self.assertEqual(lines.mapped("value_char_box"), ["—", False])
        self.assertEqual(lines.mapped("value_text_box"), [False, "—"])
        self.assertEqual(figures.mapped("value_scale"), said)
        self.assertEqual(rule._preview()[0], 0, "Done is done")
