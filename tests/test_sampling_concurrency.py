"""Two draws at once, one sample twice, two who send, a killed job, a plan twice (S2)."""

from datetime import timedelta

import pytest
from simultaneous import at_once

from odoo import SUPERUSER_ID, api, fields

NAME = "T-SAMPLING-CONCURRENCY"
CUSTOMERS = 30


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="made")
def _made(registry, monkeypatch):
    """A dealer with customers and visits, two programmes in use, committed; removed afterwards."""
    with registry.cursor() as cursor:
        keys = make(environment(cursor))
    # Nobody is refused by a consent: that is tested elsewhere.
    partners = registry["res.partner"]
    refused = partners._contact_refused_sql
    monkeypatch.setattr(
        partners,
        "_contact_refused_sql",
        lambda self, people, purpose, channel: refused(self, people, "none", channel),
    )
    yield keys
    with registry.cursor() as cursor:
        env = environment(cursor)
        programmes = env["crm.satisfaction.programme"].browse(keys["programmes"])
        env["crm.satisfaction.sample.plan"].search(
            [("programme_id", "in", programmes.ids), ("active", "in", (True, False))]
        ).sample_ids.write({"plan_id": False})
        samples = env["crm.satisfaction.sample"].search([("programme_id", "in", programmes.ids)])
        samples.line_ids.answer_id.unlink()
        samples.line_ids.sms_id.unlink()
        cursor.execute("DELETE FROM crm_satisfaction_sample WHERE id = ANY(%s)", [samples.ids])
        env["crm.satisfaction.sample.plan"].search(
            [("programme_id", "in", programmes.ids), ("active", "in", (True, False))]
        ).unlink()
        programmes.version_ids.unlink()
        programmes.unlink()
        people = env["res.partner"].browse(keys["people"])
        vehicles = env["crm.vehicle"].search([("partner_id", "in", people.ids)])
        cursor.execute("DELETE FROM crm_followup_call WHERE partner_id = ANY(%s)", [people.ids])
        cursor.execute("DELETE FROM crm_service_visit WHERE vehicle_id = ANY(%s)", [vehicles.ids])
        vehicles.unlink()
        people.unlink()


def make(env):
    dealer = env["crm.dealer"].search([], limit=1)
    programmes = env["crm.satisfaction.programme"].create(
        [
            {"name": f"{NAME} {code}", "code": f"{NAME} {code}", "sample_source": "visit"}
            for code in "AB"
        ]
    )
    for programme in programmes:
        version = env["crm.satisfaction.version"].create({"programme_id": programme.id})
        factor = env["crm.satisfaction.factor"].create({"version_id": version.id, "name": "F"})
        env["survey.question"].create(
            {"satisfaction_version_id": version.id, "title": "Q",
             "satisfaction_kind": "satisfaction", "satisfaction_factor_id": factor.id}
        )  # fmt: skip
        version.action_open()
    people = env["res.partner"].create(
        [
            {"name": NAME, "dealer_id": dealer.id, "phone": f"+86 139 {number:04} 7000"}
            for number in range(CUSTOMERS)
        ]
    )
    vehicles = env["crm.vehicle"].create([{"partner_id": person.id} for person in people])
    at = fields.Datetime.now() - timedelta(days=400)
    env["crm.service.visit"].create(
        [
            {"vehicle_id": vehicle.id, "visit_type": "recall", "stage": "delivered", "date": at,
             "date_delivered": at, "dealer_id": dealer.id}
            for vehicle in vehicles
        ]
    )  # fmt: skip
    return {
        "dealer": dealer.id,
        "people": people.ids,
        "programmes": programmes.ids,
        "day": at.date(),
    }


def sample(registry, made, programme=0, **vals):
    """A draft of one programme over the visits, committed; its id."""
    with registry.cursor() as cursor:
        return (
            environment(cursor)["crm.satisfaction.sample"]
            .create(
                {
                    "programme_id": made["programmes"][programme],
                    "dealer_ids": [(6, 0, [made["dealer"]])],
                    "date_from": made["day"] - timedelta(1),
                    "date_to": made["day"] + timedelta(2),
                    "quota": 10,
                    "channel_2": False,
                    "channel_3": False,
                    "channel_4": False,
                    "hour_from": 0,
                    "hour_to": 24,
                    "seed": f"seed {programme}",
                    **vals,
                }
            )
            .id
        )


def lines(registry, *samples):
    with registry.cursor() as cursor:
        found = environment(cursor)["crm.satisfaction.sample.line"].search(
            [("sample_id", "in", samples)]
        )
        names = ["commercial_partner_id", "state", "sample_id", "sms_id", "answer_id"]
        return found.read(names, load=False)


def draw(number):
    return lambda env: env["crm.satisfaction.sample"].browse(number).action_draw()


@pytest.mark.parametrize("quota", [10, 20])
def test_two_programmes_at_once_never_draw_the_same_customer(registry, made, quota):
    """With a quota of 20 both want most of the thirty: the second gets what is left."""
    one, two = (sample(registry, made, n, seed="same", quota=quota) for n in (0, 1))
    assert at_once(registry, [draw(one), draw(two)]) == ["done", "done"]
    asked = [
        row["commercial_partner_id"]
        for row in lines(registry, one, two)
        if row["state"] == "drawn"
    ]
    assert len(asked) == len(set(asked)) == min(2 * quota, CUSTOMERS)


def test_one_sample_drawn_twice_at_once(registry, made):
    number = sample(registry, made)
    outcomes = at_once(registry, [draw(number), draw(number)])
    assert outcomes.count("done") == 1
    assert any("this step follows on" in outcome for outcome in outcomes)
    assert len(lines(registry, number)) == 20  # ten and as many in reserve


def test_two_who_send_send_each_once_and_a_killed_one_resumes(registry, made):
    number = sample(registry, made)
    with registry.cursor() as cursor:
        found = environment(cursor)["crm.satisfaction.sample"].browse(number)
        found.action_draw()
        found.action_send()

    def send(env):
        env["crm.satisfaction.sample"].browse(number)._send_batch(3)

    with registry.cursor() as cursor:
        send(environment(cursor))
        cursor.rollback()  # as the database does when the worker dies
    assert {row["state"] for row in lines(registry, number)} == {"drawn", "reserve"}
    for _round in range(3):
        assert at_once(registry, [send, send]) == ["done", "done"]
    sent = [row for row in lines(registry, number) if row["state"] == "sent"]
    assert len(sent) == 10
    assert len({row["answer_id"] for row in sent}) == len({row["sms_id"] for row in sent}) == 10
    with registry.cursor() as cursor:
        answers = environment(cursor)["survey.user_input"].search_count(
            [("partner_id", "in", made["people"])]
        )
    assert answers == 10


def test_a_plan_makes_a_month_once(registry, made):
    with registry.cursor() as cursor:
        env = environment(cursor)
        plan = env["crm.satisfaction.sample.plan"].create(
            {
                "programme_id": made["programmes"][0],
                "dealer_ids": [(6, 0, [made["dealer"]])],
                "quota": 5,
                "lag_months": 13,
            }
        ).id
        month = env["crm.satisfaction.sample.plan"].browse(plan)._due_months()[0]

    def make_it(env):
        env["crm.satisfaction.sample.plan"].browse(plan)._make_once(month)

    assert at_once(registry, [make_it, make_it]) == ["done", "done"]
    with registry.cursor() as cursor:
        samples = environment(cursor)["crm.satisfaction.sample"].search([("plan_id", "=", plan)])
        assert len(samples) == 1
        samples.plan_id = False


def test_the_job_sends_in_batches_that_commit(registry, made):
    number = sample(registry, made)
    with registry.cursor() as cursor:
        found = environment(cursor)["crm.satisfaction.sample"].browse(number)
        found.action_draw()
        found.action_send()
    for _run in range(2):
        with registry.cursor() as cursor:
            environment(cursor)["crm.satisfaction.sample"]._cron_field(batch=4)
            cursor.rollback()  # what the job did is committed
        rows = lines(registry, number)
        assert [row["state"] for row in rows].count("sent") == 10
        assert len({row["sms_id"] for row in rows if row["sms_id"]}) == 10
