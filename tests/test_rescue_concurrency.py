"""Two dispatchers of one rescue, each on a connection of its own (M8)."""

import pytest
from simultaneous import at_once

TICKET = "helpdesk.ticket"


@pytest.fixture(name="rescue")
def _rescue(connect):
    """A committed rescue and two dealers that could be sent, removed afterwards."""
    env = connect()
    dealers = env["crm.dealer"].create(
        [{"name": f"Sent {i}", "code": f"T-SENT{i}"} for i in range(2)]
    )
    ticket = env[TICKET].create(
        {
            "crm_kind": "rescue",
            "rescue_fault_id": env.ref("crm_dealer_club.rescue_fault_tyre").id,
            "rescue_place": "G2 km 1100",
        }
    )
    env.cr.commit()
    yield ticket.id, dealers.ids
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    env[TICKET].browse(ticket.id).unlink()
    env["crm.dealer"].browse(dealers.ids).unlink()
    env.cr.commit()


def test_two_send_somebody_else(registry, connect, rescue):
    """The second is repeated, sees who was sent, and is told; nobody is overwritten."""
    ticket_id, dealer_ids = rescue

    def send(dealer_id):
        def work(env):
            ticket = env[TICKET].browse(ticket_id)
            ticket.dealer_id = dealer_id  # the form is saved,
            ticket.with_context(rescue_dealer_seen=dealer_id).action_rescue_dispatch()

        return work

    outcomes = at_once(registry, [send(dealer_id) for dealer_id in dealer_ids])
    winner = outcomes.index("done")
    ticket = connect()[TICKET].browse(ticket_id)
    assert ticket.dealer_id.id == dealer_ids[winner]
    assert f"Sent {winner} was sent already" in outcomes[1 - winner]


def test_one_chooses_while_the_other_sends(registry, connect, rescue):
    """Whoever is first: the dealer that is on the way is the one that the dispatcher saw."""
    ticket_id, (first, second) = rescue
    env = connect()
    env[TICKET].browse(ticket_id).dealer_id = first
    env.cr.commit()

    def choose(env):
        env[TICKET].browse(ticket_id).dealer_id = second

    def send(env):
        env[TICKET].browse(ticket_id).with_context(
            rescue_dealer_seen=first
        ).action_rescue_dispatch()

    chosen, sent = at_once(registry, [choose, send])
    ticket = connect()[TICKET].browse(ticket_id)
    if sent == "done":
        assert "was sent already" in chosen
        assert (ticket.crm_step, ticket.dealer_id.id) == ("dispatched", first)
    else:
        assert chosen == "done"
        assert "meanwhile" in sent
        assert (ticket.crm_step, ticket.dealer_id.id) == ("answer", second)
