"""An answer sent twice, and a question changed while it is answered: real connections (S1)."""

import pytest
from simultaneous import at_once

from odoo import SUPERUSER_ID, api


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="survey")
def _survey(registry):
    """A committed programme with one question and two links; removed afterwards."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        programme = env["crm.satisfaction.programme"].create(
            {"name": "Concurrency", "code": "T-CONCURRENCY"}
        )
        version = env["crm.satisfaction.version"].create({"programme_id": programme.id})
        factor = env["crm.satisfaction.factor"].create({"version_id": version.id, "name": "One"})
        question = env["survey.question"].create(
            {
                "satisfaction_version_id": version.id,
                "title": "How was it?",
                "satisfaction_kind": "satisfaction",
                "satisfaction_factor_id": factor.id,
            }
        )
        version.action_open()
        links = version._invite([{}, {}])
        keys = {
            "version": version.id,
            "question": question.id,
            "factor": factor.id,
            "links": links.ids,
        }
    yield keys
    with registry.cursor() as cursor:
        # Nobody deletes a version that was answered.
        cursor.execute(
            "DELETE FROM survey_survey WHERE satisfaction_version_id = %s", [keys["version"]]
        )
        cursor.execute("DELETE FROM crm_satisfaction_programme WHERE code = 'T-CONCURRENCY'")


def answer(survey, number, figure):
    def work(env):
        question = env["survey.question"].browse(survey["question"])
        env["survey.user_input"].browse(survey["links"][number])._submit_satisfaction(
            {question: figure}
        )

    return work


def test_sent_twice_at_once_is_one_answer(registry, survey):
    outcomes = at_once(registry, [answer(survey, 0, 9), answer(survey, 0, 3)])
    assert outcomes.count("done") == 1
    assert any("answered already" in outcome for outcome in outcomes)
    with registry.cursor() as cursor:
        env = environment(cursor)
        link = env["survey.user_input"].browse(survey["links"][0])
        assert len(link.user_input_line_ids) == 1
        assert len(link.satisfaction_score_ids) == 2  # the factor and the total


def test_two_first_answers_freeze_once(registry, survey):
    outcomes = at_once(registry, [answer(survey, 0, 9), answer(survey, 1, 3)])
    assert outcomes == ["done", "done"]


def test_weights_do_not_change_while_the_first_answer_comes_in(registry, survey):
    def change(env):
        env["crm.satisfaction.factor"].browse(survey["factor"]).weight = 5

    outcomes = at_once(registry, [answer(survey, 0, 9), change])
    assert outcomes[0] == "done"
    with registry.cursor() as cursor:
        env = environment(cursor)
        weight = env["crm.satisfaction.factor"].browse(survey["factor"]).weight
        used = env["crm.satisfaction.version"].browse(survey["version"]).used_on
        assert used
    # Changed before the answer, or refused after it; never after it.
    assert (outcomes[1] == "done") == (weight == 5)
