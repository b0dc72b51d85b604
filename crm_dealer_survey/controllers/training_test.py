from odoo.http import request, route

from odoo.addons.survey.controllers.main import Survey


class TrainingTest(Survey):
    """The ERP's pages of the test of a training: no question is told before the attempt began (S7).

    Otherwise its clock would not run while it is read, or never start at all.
    """

    def _is_to_begin(self, survey_token, answer_token):
        _survey, attempt = self._fetch_from_access_token(survey_token, answer_token)
        return bool(attempt.training_participant_id) and attempt.state == "new"

    @route()
    def survey_next_question(self, survey_token, answer_token, **post):
        if self._is_to_begin(survey_token, answer_token):
            return {}, {"error": "unauthorized"}
        return super().survey_next_question(survey_token, answer_token, **post)

    @route()
    def survey_submit(self, survey_token, answer_token, **post):
        if self._is_to_begin(survey_token, answer_token):
            return {}, {"error": "unauthorized"}
        return super().survey_submit(survey_token, answer_token, **post)

    @route()
    def survey_print(self, survey_token, review=False, answer_token=None, **post):
        """All questions on one page: of a test that is finished."""
        _survey, attempt = self._fetch_from_access_token(survey_token, answer_token)
        if attempt.training_participant_id and attempt.state != "done":
            return request.redirect(attempt.get_start_url())
        return super().survey_print(survey_token, review, answer_token, **post)
