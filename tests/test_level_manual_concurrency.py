"""A manual level entered while a night run is on: nothing is lost (G13, real connections)."""

from datetime import date, timedelta

import pytest

END = timedelta(days=30)


@pytest.fixture(name="made")
def _made(connect):
    """A committed scheme that ranks four customers of its own, removed afterwards."""
    env = connect()
    tag = env["res.partner.category"].create({"name": "Manual concurrency"})
    dealer = env["crm.dealer"].create({"name": "Manual concurrency", "code": "T-MCON"})
    partners = env["res.partner"].create(
        [
            {"name": f"M{i}", "dealer_id": dealer.id, "category_id": [(4, tag.id)]}
            for i in range(4)
        ]
    )
    scheme = env["crm.grading.scheme"].create(
        {
            "name": "Manual concurrency",
            "code": "test_manual_concurrency",
            "method": "rank",
            "domain": str([("category_id", "in", tag.ids)]),
            "include_inactive": True,
            "axis_ids": [(0, 0, {"metric_id": env.ref("crm_dealer_grading.metric_orders_12m").id})],
            "level_ids": [
                (0, 0, {"name": "All", "code": "0", "share": 100}),
                (0, 0, {"name": "Named", "code": "1", "manual_only": True}),
            ],
        }
    )
    scheme.regrade()
    env.cr.commit()
    yield scheme.id, partners.ids
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    for table in ("crm_grading_history", "crm_grading_manual"):
        env.cr.execute(f"DELETE FROM {table} WHERE scheme_id = %s", [scheme.id])
    env.cr.execute("DELETE FROM crm_grading_pending WHERE partner_id IN %s", [tuple(partners.ids)])
    env.invalidate_all()
    scheme.unlink()
    partners.unlink()
    tag.unlink()
    dealer.unlink()
    env.cr.commit()


def give(env, scheme_id, partner_id):
    """Name a customer, from today on."""
    scheme = env["crm.grading.scheme"].browse(scheme_id)
    return env["crm.grading.manual"].create(
        {
            "partner_id": partner_id,
            "scheme_id": scheme_id,
            "level_id": scheme.level_ids[1].id,
            "reason": "Named",
            "date_from": date.today() - timedelta(days=1),
            "date_until": date.today() + END,
        }
    )


def code(env, scheme_id, partner_id):
    """Code of the level that the customer holds."""
    env.cr.rollback()
    env.invalidate_all()
    domain = [("scheme_id", "=", scheme_id), ("partner_id", "=", partner_id)]
    return env["crm.grading.result"].search(domain).level_id.code


def test_entered_while_the_night_run_is_on(connect, made):
    """The run holds the scheme: the customer waits, and the waiting job gives the level."""
    scheme_id, (partner_id, *_others) = made
    night, user = connect(), connect()
    scheme = night["crm.grading.scheme"].browse(scheme_id)
    assert scheme._lock(shared=False, wait=False)
    scheme._regrade_and_log(None, None)

    give(user, scheme_id, partner_id)
    user.cr.commit()
    night.cr.commit()
    assert code(user, scheme_id, partner_id) == "0"
    waiting = user["crm.grading.pending"].search([("partner_id", "=", partner_id)])
    assert waiting

    user["crm.grading.pending"]._cron_regrade_pending()
    user.cr.commit()
    assert code(user, scheme_id, partner_id) == "1"
    assert not user["crm.grading.pending"].search([("partner_id", "=", partner_id)])


def test_run_that_began_before_does_not_undo_it(connect, made):
    """The run looks at an older state of the database and leaves the named customer alone."""
    scheme_id, (partner_id, *_others) = made
    night, user = connect(), connect()
    scheme = night["crm.grading.scheme"].browse(scheme_id)
    assert scheme.level_ids  # the night's snapshot is taken here
    give(user, scheme_id, partner_id)
    user.cr.commit()
    assert code(user, scheme_id, partner_id) == "1"

    scheme._regrade_retrying()
    night.cr.commit()
    assert code(user, scheme_id, partner_id) == "1"
    scheme._regrade_retrying()
    night.cr.commit()
    assert code(user, scheme_id, partner_id) == "1"
    moves = user["crm.grading.history"].search([("scheme_id", "=", scheme_id)])
    assert moves.mapped("to_level_id.code") == ["1"]


def test_two_who_name_the_same_customer(connect, made):
    """The database lets only one of two overlapping levels in."""
    scheme_id, (partner_id, *_others) = made
    one, other = connect(), connect()
    assert other["crm.grading.manual"].search_count([("partner_id", "=", partner_id)]) == 0
    give(one, scheme_id, partner_id)
    one.cr.commit()
    with pytest.raises(Exception, match="no_overlap|serialize"):
        give(other, scheme_id, partner_id)
    other.cr.rollback()
    one.invalidate_all()
    assert one["crm.grading.manual"].search_count([("partner_id", "=", partner_id)]) == 1
