"""Assessments, and the scorecard they are done with, changed at the same instant (K1)."""

import pytest


@pytest.fixture(name="made")
def _made(connect):
    """A committed scorecard in use and a draft whose criteria have points; removed afterwards."""
    env = connect()
    factor = env["crm.credit.factor"].create({"name": "Concurrency"})
    band_class = env["crm.credit.class"].create({"name": "Concurrency", "code": "T-CON"})
    partner = env["res.partner"].create({"name": "Concurrency"})
    card = env["crm.credit.scorecard"].create(
        {
            "name": "Concurrency",
            "code": "T-CON",
            "min_coverage": 60,
            "criterion_ids": [
                (0, 0, {"name": f"C{number}", "factor_id": factor.id, "weight": 1})
                for number in range(3)
            ],
            "band_ids": [(0, 0, {"class_id": band_class.id, "limit": 10})],
        }
    )
    card.action_activate()
    draft = env["crm.credit.assessment"].create(
        {"partner_id": partner.id, "scorecard_id": card.id}
    )
    draft.line_ids[2].unlink()
    draft.line_ids.score = "8"
    env.cr.commit()
    yield card.id, draft.id
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env.cr.execute("DELETE FROM crm_credit_assessment WHERE partner_id = %s", [partner.id])
    env.cr.execute("DELETE FROM crm_credit_scorecard WHERE code = 'T-CON'")
    env.invalidate_all()
    factor.unlink()
    band_class.unlink()
    partner.unlink()
    env.cr.commit()


def cards(env, made):
    """The scorecard and the draft on a connection, which sees what is committed by now."""
    card = env["crm.credit.scorecard"].browse(made[0])
    draft = env["crm.credit.assessment"].browse(made[1])
    assert card.criterion_ids
    assert len(draft.line_ids.mapped("score")) == 2
    return card, draft


def complete(draft):
    draft.action_done()
    draft.env.flush_all()


def weigh(card):
    card.criterion_ids[0].weight = 9
    card.env.flush_all()


def answer(draft):
    draft.line_ids[0].score = "1"
    draft.env.flush_all()


def add(card, draft):
    vals = {"criterion_id": card.criterion_ids[2].id, "assessment_id": draft.id, "score": "1"}
    draft.line_ids.create(vals)
    draft.env.flush_all()


def activate(card):
    card.action_activate()
    card.env.flush_all()


@pytest.mark.parametrize("first", ("done", "change"))
@pytest.mark.parametrize("change", ("weight", "answer", "added"))
def test_done_while_somebody_changes(connect, made, change, first):
    """Whoever comes second is repeated by the server, and then sees the other's work."""
    one, other = connect(), connect()
    card, draft = cards(one, made)
    changed_card, changed_draft = cards(other, made)

    def alter():
        if change == "weight":
            weigh(changed_card)
        elif change == "answer":
            answer(changed_draft)
        else:
            add(changed_card, changed_draft)

    steps = [(one, lambda: complete(draft)), (other, alter)]
    if first == "change":
        steps.reverse()
    (winner, win), (_loser, lose) = steps
    win()
    winner.cr.commit()
    with pytest.raises(Exception, match="serialize"):
        lose()


def test_two_versions_put_into_use(connect, made):
    """Only one version is in use, whoever was first."""
    env = connect()
    card, _draft = cards(env, made)
    ids = [card.action_new_version()["res_id"] for _number in range(2)]
    env.cr.commit()
    one, other = connect(), connect()
    cards(one, made)
    cards(other, made)
    activate(one["crm.credit.scorecard"].browse(ids[0]))
    one.cr.commit()
    with pytest.raises(Exception, match="serialize|one_in_use"):
        activate(other["crm.credit.scorecard"].browse(ids[1]))
    other.cr.rollback()
    other.invalidate_all()
    domain = [("code", "=", "T-CON"), ("state", "=", "active")]
    assert other["crm.credit.scorecard"].search(domain).ids == ids[:1]
