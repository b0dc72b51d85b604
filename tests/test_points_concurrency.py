"""Two who use one member's points at the same instant: real connections, real commits (M3)."""

import pytest
from simultaneous import Killed, at_once, commits

from odoo import SUPERUSER_ID, Command, api
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.touch import touch

ROUNDS = 50


@pytest.fixture(name="ids")
def _ids(registry):
    """A committed member and a product; removed afterwards."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        partner = env["res.partner"].create({"name": "Wanted Twice"})
        product = env["product.product"].create({"name": "Twice", "type": "service"})
        member = env["crm.club.membership"].enrol(partner)
        cr.commit()
        ids = {"partner": partner.id, "product": product.id, "member": member.id}
        ids["card"] = member.card_ids.id
        yield ids
        cr.rollback()
        env.invalidate_all()
        for statement in (
            """DELETE FROM crm_club_point_use WHERE entry_id IN (
                   SELECT id FROM crm_club_point_entry WHERE membership_id = %(member)s)""",
            "DELETE FROM crm_club_point_entry WHERE membership_id = %(member)s",
            "DELETE FROM sale_order WHERE partner_id = %(partner)s",
            "DELETE FROM loyalty_card WHERE club_membership_id = %(member)s",
            "DELETE FROM crm_club_membership WHERE id = %(member)s",
        ):
            cr.execute(statement, ids)
        env.invalidate_all()
        partner.unlink()
        product.unlink()
        cr.commit()


def order(env, ids):
    """A quotation with the reward of 100 points."""
    line = {"product_id": ids["product"], "price_unit": 500, "tax_ids": [Command.clear()]}
    vals = {"partner_id": ids["partner"], "order_line": [Command.create(line)]}
    found = env["sale.order"].create(vals)
    card = env["loyalty.card"].browse(ids["card"])
    found._update_programs_and_rewards()
    rewards = card.program_id.reward_ids
    reward = rewards.filtered(lambda reward: reward.required_points == 100)
    assert found._apply_program_reward(reward, card) == {}
    return found.id


def confirm(order_id):
    return lambda env: env["sale.order"].browse(order_id).action_confirm()


def give(ids, points, origin=None):
    def work(env):
        member = env["crm.club.membership"].browse(ids["member"])
        kind = "survey" if origin else "bonus"
        member._post_points(kind, points, origin=origin and env["res.partner"].browse(origin))

    return work


def books(env, ids):
    """Balance, sum of the ledger, sum of what is left."""
    [row] = env.execute_query(
        SQL(
            """SELECT c.points, sum(e.points)::float8, sum(e.remaining)::float8
                 FROM loyalty_card c JOIN crm_club_point_entry e ON e.card_id = c.id
                WHERE c.id = %s GROUP BY 1""",
            ids["card"],
        )
    )
    assert row[0] == row[1] == row[2], row
    return row[0]


def test_points_for_one(registry, connect, ids):
    """Exactly one of two orders passes, fifty times over."""
    env = connect()
    give(ids, 100)(env)
    refused = order(env, ids)
    for _round in range(ROUNDS):
        orders = [refused, order(env, ids)]
        env.cr.commit()
        outcomes = at_once(registry, [confirm(number) for number in orders])
        assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes
        env.invalidate_all()
        assert books(env, ids) == 0
        found = env["sale.order"].browse(orders)
        assert sorted(found.mapped("state")) == ["draft", "sale"]
        found.filtered(lambda one: one.state == "sale")._action_cancel()
        refused = found.filtered(lambda one: one.state == "draft").id
        env.cr.commit()
        env.invalidate_all()
        assert books(env, ids) == 100


def test_earning_meets_spending(registry, connect, ids):
    """Neither is lost."""
    env = connect()
    give(ids, 100)(env)
    number = order(env, ids)
    env.cr.commit()
    outcomes = at_once(registry, [confirm(number), give(ids, 30)])
    assert outcomes == ["done", "done"]
    env.invalidate_all()
    assert books(env, ids) == 30


def test_told_twice_at_once(registry, connect, ids):
    """One survey gives its points once, whoever tells it."""
    env = connect()
    env.cr.commit()
    outcomes = at_once(registry, [give(ids, 50, ids["partner"])] * 3)
    assert outcomes == ["done"] * 3
    env.invalidate_all()
    assert books(env, ids) == 50


def test_expiry_meets_spending(registry, connect, ids):
    """The points expire, by the job or by who cannot spend them any more: now or the next time."""
    env = connect()
    for _round in range(5):
        give(ids, 100)(env)
        number = order(env, ids)
        env.cr.execute(
            "UPDATE crm_club_point_entry SET expires_on = '2020-01-31' WHERE card_id = %s",
            [ids["card"]],
        )
        env.cr.commit()
        env.invalidate_all()

        def expire(other):
            other["crm.club.point.entry"]._expire_batch()

        outcomes = at_once(registry, [confirm(number), expire])
        assert outcomes[0] != "done"
        env.cr.commit()
        expire(env)
        env.cr.commit()
        env.invalidate_all()
        assert books(env, ids) == 0
        assert env["sale.order"].browse(number).state == "draft"
        kinds = env["crm.club.point.entry"].search([("card_id", "=", ids["card"])], limit=1).kind
        assert kinds == "expiry"


def overdue(env, ids, points):
    """Points of the member whose last day is long past, committed."""
    give(ids, points)(env)
    env.cr.execute(
        "UPDATE crm_club_point_entry SET expires_on = '2020-01-31' WHERE card_id = %s",
        [ids["card"]],
    )
    env.cr.commit()
    env.invalidate_all()


def test_expiry_leaves_cards_that_are_booked_on(registry, connect, ids):
    """It does not wait for them, and takes them the next time, what is not gone by then."""
    env, other = connect(), connect()
    overdue(env, ids, 100)
    touch(other["loyalty.card"].browse(ids["card"]))
    ledger = env["crm.club.point.entry"]
    assert ledger._expire_batch(card_ids=[ids["card"]]) == 0
    env.cr.commit()
    other.cr.commit()
    assert ledger._expire_batch(card_ids=[ids["card"]]) == 1
    env.cr.commit()
    overdue(env, ids, 100)
    give(ids, 5)(other)
    assert ledger._expire_batch(card_ids=[ids["card"]]) == 0
    env.cr.commit()
    other.cr.commit()
    assert ledger._expire_batch(card_ids=[ids["card"]]) == 0
    env.invalidate_all()
    assert books(env, ids) == 5


def test_expiry_meets_itself(registry, connect, ids):
    """Two jobs at one instant, and each credit expires once."""
    env = connect()
    for _round in range(5):
        overdue(env, ids, 100)

        def expire(other):
            other["crm.club.point.entry"]._expire_batch(card_ids=[ids["card"]])

        assert at_once(registry, [expire] * 3) == ["done"] * 3
        env.cr.commit()
        env.invalidate_all()
        assert books(env, ids) == 0


def test_killed_expiry_goes_on(registry, connect, ids, monkeypatch):
    """What was committed stays, what was not comes to nothing; the next run does the rest."""
    env = connect()
    overdue(env, ids, 100)
    ledger = env["crm.club.point.entry"]
    for commit in (0, 1):
        with monkeypatch.context() as patched:
            commits(patched, env, until=commit)
            with pytest.raises(Killed):
                ledger._cron_expire()
        env.cr.rollback()
        env.invalidate_all()
        assert books(env, ids) == 100
    with monkeypatch.context() as patched:
        commits(patched, env)
        ledger._cron_expire()
    env.invalidate_all()
    assert books(env, ids) == 0
