"""Two who sell to one customer at the same instant: real connections, real commits (K4)."""

import pytest
from simultaneous import at_once

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.models.credit.crm_credit_file_over import OVER, tell

ROUNDS = 50
LIMIT = 1000


def document(env, ids, model, amount, move_type="out_invoice"):
    """A draft order or invoice of the customer."""
    line = {"product_id": ids["product"], "price_unit": amount, "tax_ids": [Command.clear()]}
    vals = {"partner_id": ids["partner"]}
    if model == "sale.order":
        vals["order_line"] = [Command.create(line)]
    else:
        vals.update(move_type=move_type, invoice_line_ids=[Command.create(line)])
        vals["invoice_date"] = "2026-01-01"
    return env[model].create(vals)


@pytest.fixture(name="ids")
def _ids(registry):
    """A committed company under control and a customer with a limit; removed afterwards."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        mode = env.company.credit_mode
        env.company.credit_mode = "release"
        partner = env["res.partner"].create({"name": "Wanted Twice"})
        product = env["product.product"].create({"name": "Twice", "type": "service"})
        file = env["crm.credit.file"]._open(partner, env.company)
        file._grant(LIMIT, False, "Test")
        cr.commit()
        yield {"partner": partner.id, "product": product.id}
        cr.rollback()
        env.invalidate_all()
        remove(env, partner, product)
        env.company.credit_mode = mode
        cr.commit()


def remove(env, partner, product):
    """Take away what the test made, releases and numbers included."""
    cr = env.cr
    cr.execute("DELETE FROM crm_credit_release WHERE partner_id = %s", [partner.id])
    cr.execute("DELETE FROM crm_credit_hold WHERE partner_id = %s", [partner.id])
    cr.execute("DELETE FROM crm_credit_limit_change WHERE partner_id = %s", [partner.id])
    cr.execute("DELETE FROM crm_credit_file WHERE partner_id = %s", [partner.id])
    cr.execute("DELETE FROM account_move WHERE partner_id = %s", [partner.id])
    cr.execute("DELETE FROM sale_order WHERE partner_id = %s", [partner.id])
    cr.execute("DELETE FROM crm_credit_turn WHERE partner_id = %s", [partner.id])
    env.invalidate_all()
    partner.unlink()
    product.unlink()


def confirm(order_id):
    return lambda env: env["sale.order"].browse(order_id).action_confirm()


def post(move_id):
    return lambda env: env["account.move"].browse(move_id).action_post()


def committed(connect, ids, model, amounts):
    env = connect()
    documents = [document(env, ids, model, amount).id for amount in amounts]
    env.cr.commit()
    return env, documents


def test_room_for_one(registry, connect, ids):
    """Exactly one of two passes, fifty times over."""
    env, orders = committed(connect, ids, "sale.order", [600, 600])
    for _round in range(ROUNDS):
        outcomes = at_once(registry, [confirm(order) for order in orders])
        assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes
        env.invalidate_all()
        found = env["sale.order"].browse(orders)
        assert sorted(found.mapped("state")) == ["draft", "sale"]
        passed = found.filtered(lambda order: order.state == "sale")
        passed._action_cancel()
        passed.action_draft()
        env.cr.commit()


def test_order_and_invoice_share_the_room(registry, connect, ids):
    env, [order] = committed(connect, ids, "sale.order", [600])
    move = document(env, ids, "account.move", 600).id
    env.cr.commit()
    outcomes = at_once(registry, [confirm(order), post(move)])
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes


def test_release_is_used_once(registry, connect, ids):
    env, orders = committed(connect, ids, "sale.order", [1100, 1100])
    release = env["crm.credit.release"].create(
        {"partner_id": ids["partner"], "amount": 2000, "reason": "Test"}
    )
    env.cr.commit()
    outcomes = at_once(registry, [confirm(order) for order in orders])
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes
    env.invalidate_all()
    assert release.used_order_id.state == "sale"


def test_lowering_meets_confirming(registry, connect, ids):
    """One comes first: the order under the old limit, or it is refused under the new one."""
    env, [order] = committed(connect, ids, "sale.order", [600])
    file = env["crm.credit.file"].search([("partner_id", "=", ids["partner"])])

    def lower(other):
        other["crm.credit.file"].browse(file.id)._change_limit(0, "lowered", "Test")

    env.cr.commit()
    outcomes = at_once(registry, [confirm(order), lower])
    env.invalidate_all()
    assert outcomes[1] == "done"
    last = env["crm.credit.limit.change"].search([("file_id", "=", file.id)], limit=1)
    assert last.new_limit == 0
    turns = "SELECT turn FROM crm_credit_turn WHERE partner_id = %s"
    env.cr.execute(turns, [ids["partner"]])
    # The grant, the change, and the order if it was let through: they queued up.
    assert env.cr.fetchone()[0] == 2 + (outcomes[0] == "done")
    assert (env["sale.order"].browse(order).state == "sale") == (outcomes[0] == "done")


def test_overrun_is_told_once(registry, connect, ids):
    """Whoever takes room back, and the nightly job, at one instant: one to-do, one note."""
    env, [order] = committed(connect, ids, "sale.order", [900])
    file = env["crm.credit.file"].search([("partner_id", "=", ids["partner"])])
    confirm(order)(env)
    file._change_limit(100, "expiry", "Test")
    before = len(file.message_ids)
    env.cr.commit()
    outcomes = at_once(
        registry,
        [
            lambda other: tell(other.cr, [ids["partner"]]),
            lambda other: other["crm.credit.file"]._cron_tell_overruns_batch(),
        ],
    )
    assert outcomes == ["done", "done"]
    env.invalidate_all()
    assert len(file.activity_search([OVER])) == 1
    assert len(file.message_ids) - before == 1


def test_withdrawn_room_meets_who_sells_on_it(registry, connect, ids):
    """Neither is lost: the order finds no room, or the controller hears of it."""
    env, [order] = committed(connect, ids, "sale.order", [1000])
    note = document(env, ids, "account.move", 500, "out_refund")
    document(env, ids, "account.move", 500).action_post()
    note.action_post()
    env.cr.commit()

    def withdraw(other):
        other["account.move"].browse(note.id).button_draft()

    outcomes = at_once(registry, [confirm(order), withdraw])
    assert outcomes[1] == "done"
    env.invalidate_all()
    file = env["crm.credit.file"].search([("partner_id", "=", ids["partner"])])
    assert bool(file.activity_search([OVER])) == (outcomes[0] == "done")


def test_refusal_outlives_the_rollback(connect, ids):
    """What is told to the document and the controller stays when the request is undone."""
    env, [order] = committed(connect, ids, "sale.order", [1500])
    with pytest.raises(UserError, match="held documents"):
        env["sale.order"].browse(order).action_confirm()
    env.cr.rollback()
    env.transaction.reset()
    hold = env["crm.credit.hold"].search([("order_id", "=", order)])
    assert (hold.state, hold.excess) == ("open", 500)
    assert hold.activity_ids
    messages = env["sale.order"].browse(order).message_ids
    assert "over the credit limit" in messages[0].body
    # Trying again renews the hold, and does not pile up messages.
    with pytest.raises(UserError):
        env["sale.order"].browse(order).action_confirm()
    env.cr.rollback()
    env.transaction.reset()
    assert len(env["crm.credit.hold"].search([("order_id", "=", order)])) == 1
    assert env["sale.order"].browse(order).message_ids == messages


def test_job_that_posts_invoices(connect, ids):
    """The ERP's job leaves the invoice a draft that says why, and goes on with the others."""
    env, moves = committed(connect, ids, "account.move", [1500, 100])
    env["account.move"].browse(moves).auto_post = "at_date"
    env.cr.commit()
    env["account.move"]._autopost_draft_entries()
    env.cr.commit()
    env.invalidate_all()
    big, small = env["account.move"].browse(moves)
    assert (big.state, small.state) == ("draft", "posted")
    assert "could not be posted" in big.message_ids[0].body
    assert env["crm.credit.hold"].search([("move_id", "=", big.id)]).state == "open"


@pytest.mark.parametrize("other", ["release", "refuse"])
def test_two_controllers_decide_once(registry, connect, ids, other):
    """The second one reads what the first one decided, also where the to-do is done by hand."""
    env, [order] = committed(connect, ids, "sale.order", [1500])
    env["sale.order"].browse(order).action_confirm_within_limits()
    hold = env["crm.credit.hold"].search([("order_id", "=", order)])
    hold.activity_ids.unlink()
    env.cr.commit()

    def release(env):
        vals = {"hold_id": hold.id, "reason": "Pays on Friday", "confirm": False}
        env["crm.credit.release.wizard"].create(vals).action_release()

    def refuse(env):
        vals = {"hold_id": hold.id, "reason": "Pay first"}
        env["crm.credit.refuse"].create(vals).action_refuse()

    second = refuse if other == "refuse" else release
    outcomes = at_once(registry, [release, second])
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes
    env.invalidate_all()
    released = env["crm.credit.release"].search([("order_id", "=", order)])
    refused = other == "refuse" and outcomes[1] == "done"
    assert (len(released), hold.state) == ((0, "refused") if refused else (1, "open"))
