"""Trainings on several connections: the last seat, the last answer (S7)."""

import pytest
from simultaneous import at_once

SESSION, PARTICIPANT = "crm.training.session", "crm.training.participant"
CODE = "T-TRAIN"


@pytest.fixture(name="session")
def _session(connect):
    """A committed session with one seat and two people; removed afterwards."""
    env = connect()
    dealer = env["crm.dealer"].create({"name": "Training", "code": CODE})
    partners = env["res.partner"].create([{"name": "Train one"}, {"name": "Train two"}])
    people = env["crm.training.person"].create(
        [{"partner_id": p.id, "dealer_id": dealer.id} for p in partners]
    )
    session = env[SESSION].create(
        {"training_id": env.ref("crm_dealer_survey.training_complaint").id,
         "dealer_id": dealer.id, "date_begin": "2026-01-05 01:00:00", "seats": 1}
    )  # fmt: skip
    env.cr.commit()
    yield {"id": session.id, "people": people.ids}
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    for table in ("survey_user_input", PARTICIPANT.replace(".", "_")):
        key = "training_participant_id" if table == "survey_user_input" else "id"
        env.cr.execute(
            f"DELETE FROM {table} WHERE {key} IN "  # noqa: S608
            "(SELECT id FROM crm_training_participant WHERE session_id = %s)",
            [session.id],
        )
    env.cr.execute("DELETE FROM crm_training_session WHERE id = %s", [session.id])
    env.cr.execute("DELETE FROM crm_training_person WHERE dealer_id = %s", [dealer.id])
    for model in (SESSION, PARTICIPANT, "crm.training.person"):
        for talk, name in (("mail.message", "model"), ("mail.activity", "res_model")):
            env[talk].search([(name, "=", model), ("create_uid", "=", 1)]).filtered(
                lambda t, m=model: not env[m].browse(t.res_id).exists()
            ).unlink()
    env["res.partner"].browse(partners.ids).unlink()
    env["crm.dealer"].browse(dealer.id).unlink()
    env.cr.commit()


def test_the_last_seat(registry, connect, session):
    """Two register somebody else at the same instant: one of them is told that it is full."""

    def register(person):
        def work(env):
            env[PARTICIPANT].create({"session_id": session["id"], "person_id": person})

        return work

    outcomes = at_once(registry, [register(person) for person in session["people"]])
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes
    assert connect()[PARTICIPANT].search_count([("session_id", "=", session["id"])]) == 1


def test_two_attempts_at_once(registry, connect, session):
    """A test that is handed in twice gives one certificate and counts both attempts."""
    env = connect()
    seat = env[SESSION].browse(session["id"])
    one = env[PARTICIPANT].create({"session_id": seat.id, "person_id": session["people"][0]})
    one._store({"state": "attended"})
    one._send_tests()
    first = one.test_input_ids
    second = one._new_attempt(one.test_until)
    env.cr.commit()

    def finish(number):
        def work(env):
            env["survey.user_input"].browse(number)._mark_done()

        return work

    assert at_once(registry, [finish(first.id), finish(second.id)]) == ["done", "done"]
    one = connect()[PARTICIPANT].browse(one.id)
    assert (one.attempts, one.test_state, bool(one.certified_on)) == (2, "failed", False)
