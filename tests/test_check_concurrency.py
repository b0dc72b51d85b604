"""Checks for cheats on several connections: two answers, and an answer and the night, at once."""

from datetime import timedelta

import pytest
from simultaneous import at_once

from odoo import fields
from odoo.tools import SQL

FLAG, CODE = "crm.satisfaction.flag", "T-CHECK"


def questionnaire(env):
    """A version in use with one question; three answers in a row are suspicious."""
    programme = env["crm.satisfaction.programme"].create({"name": "Check", "code": CODE})
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
    env["crm.satisfaction.check"].create(
        [
            {"name": "S", "code": "succession", "programme_id": programme.id,
             "threshold": 3, "second_threshold": 600},
            {"name": "F", "code": "fast", "programme_id": programme.id,
             "threshold": 1000, "min_count": 1},
        ]
    )  # fmt: skip
    version.action_open()
    return version, question


@pytest.fixture(name="chain")
def _chain(connect):
    """Four links of one dealer; two are answered, one right after the other. Removed afterwards."""
    env = connect()
    dealer = env["crm.dealer"].create({"name": "Check", "code": CODE})
    people = env["res.partner"].create(
        [{"name": f"Check {n}", "dealer_id": dealer.id} for n in range(4)]
    )
    version, question = questionnaire(env)
    links = version._invite(
        [{"partner_id": person.id, "satisfaction_channel": "sms"} for person in people]
    )
    keys = {"links": links.ids, "question": question.id, "version": version.id}
    now = fields.Datetime.now()
    for number, ago in enumerate((300, 200, 100, 90)):
        links[number].start_datetime = now - timedelta(seconds=ago)
    for number in (0, 1):
        links[number]._submit_satisfaction({question: 9})
        links[number].end_datetime = links[number].start_datetime + timedelta(seconds=50)
    env.cr.commit()
    yield keys
    for cursor in connect.cursors:
        cursor.rollback()
    env = connect()
    # Nobody deletes a version that was answered.
    env.cr.execute("DELETE FROM crm_satisfaction_flag WHERE version_id = %s", [version.id])
    env.cr.execute("DELETE FROM survey_survey WHERE satisfaction_version_id = %s", [version.id])
    env.cr.execute("DELETE FROM crm_satisfaction_programme WHERE code = %s", [CODE])
    env["res.partner"].browse(people.ids).unlink()
    env["crm.dealer"].browse(dealer.id).unlink()
    env.cr.commit()


def submit(chain, number):
    def work(env):
        question = env["survey.question"].browse(chain["question"])
        env["survey.user_input"].browse(chain["links"][number])._submit_satisfaction({question: 8})

    return work


def night(chain):
    """What the night's check does with the answers of the version."""

    def work(env):
        only = SQL("i.satisfaction_version_id = %s", chain["version"])
        env[FLAG]._check_answers(only)
        env[FLAG]._check_network(only)

    return work


def flagged(connect, chain, code):
    """Numbers of the answers with an open flag of the kind."""
    flags = connect()[FLAG].search(
        [("version_id", "=", chain["version"]), ("code", "=", code), ("state", "=", "new")]
    )
    return sorted(chain["links"].index(number) for number in flags.user_input_id.ids)


def test_two_answers_at_once_are_both_checked(registry, connect, chain):
    """Each belongs to the two before: both write these flags, and neither is lost."""
    assert at_once(registry, [submit(chain, 2), submit(chain, 3)]) == ["done", "done"]
    assert flagged(connect, chain, "fast") == [0, 1, 2, 3]
    found = flagged(connect, chain, "succession")
    assert found[:2] == [0, 1]
    assert len(found) > 2
    # Opened before the third was sent, the fourth did not follow it: the night sees them in order.
    assert at_once(registry, [night(chain)]) == ["done"]
    assert flagged(connect, chain, "succession") == [0, 1, 2]
    env = connect()
    only = SQL("i.satisfaction_version_id = %s", chain["version"])
    assert env[FLAG]._check_network(only) == (0, 0)


def test_an_answer_while_the_night_checks(registry, connect, chain):
    """Whoever comes second sees the first one's flags, or does it again."""
    works = [submit(chain, 2), night(chain)]
    assert at_once(registry, works) == ["done", "done"]
    assert flagged(connect, chain, "fast") == [0, 1, 2]
    assert flagged(connect, chain, "succession") == [0, 1, 2]


def test_two_nights_at_once_flag_once(registry, connect, chain):
    assert at_once(registry, [submit(chain, 2)]) == ["done"]
    env = connect()
    env.cr.execute("DELETE FROM crm_satisfaction_flag WHERE version_id = %s", [chain["version"]])
    env.cr.commit()
    assert at_once(registry, [night(chain), night(chain)]) == ["done", "done"]
    assert flagged(connect, chain, "succession") == [0, 1, 2]
