"""A vehicle is sold on to a customer of another dealer: the former owner stays unknown there (C4).

All that the demo network knows of other dealers' customers is marked; then some of their vehicles,
with visits, complaints, answers and reminders, are sold to a customer of the dealer of ``sales``.
"""

import pytest
from marks import MARK, Reader, foreign_rows, mark, mark_papers
from roles import OWN, SECOND, dealers_of
from test_matrix import table
from ways import Ways, same_person

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError

# What hangs on a vehicle: one vehicle with each of these is sold.
HANGING = (
    *("crm.service.visit", "crm.vehicle.mileage", "helpdesk.ticket", "crm.followup.call"),
    *("crm.care.reminder", "survey.user_input", "crm.lead", "crm.purchase.candidate"),
)
# Kept on the vehicle for its owner, and the plate that its owner had.
OWNERS = ("insurance_policy", "plate")


@pytest.fixture(scope="module", name="sold")
def _sold(env, people):
    """Vehicles that were sold from other dealers' customers to one of ours; all else is marked."""
    vehicles = with_a_past(env)
    for name, ids in foreign_rows(env, table()):
        if name == "crm.vehicle":
            mark(env, name, vehicles.ids, OWNERS)
        else:
            mark(env, name, ids)
        mark_papers(env, name, ids)
    env.invalidate_all()
    former = vehicles.partner_id
    assert all(MARK in name for name in former.mapped("name"))
    vehicles.message_subscribe(former.ids)
    buyer = env["res.partner"].search(
        [("dealer_id.code", "=", OWN), ("vehicle_ids", "!=", False)], limit=1
    )
    for number, vehicle in enumerate(vehicles.with_user(people["oem"])):
        vehicle.message_post(body=f"{MARK} is getting divorced", message_type="comment")
        vehicle.write({"partner_id": buyer.id, "plate": f"沪A9{number:04}"})
    env.flush_all()
    env.invalidate_all()
    return vehicles


def former_owners(sold):
    # Others have asked in the same transaction, and were shown less.
    sold.env.invalidate_all()
    return sold.ownership_ids.partner_id - sold.partner_id


def with_a_past(env):
    vehicles = env["crm.vehicle"]
    _own, foreign = dealers_of(env, "sales")
    unserved = [("serving_dealer_ids.code", "not in", [OWN, SECOND])]
    theirs = vehicles.search([("dealer_id", "in", foreign.ids), *unserved])
    theirs = theirs.filtered(lambda v: v.partner_id.dealer_id in foreign)
    for name in HANGING:
        field = env[name]._fields.get("vehicle_id")
        if field is not None and field.comodel_name == "crm.vehicle":
            hanging = env[name].search([("vehicle_id", "in", theirs.ids)], order="id DESC", limit=1)
            vehicles |= hanging.vehicle_id
    return vehicles


@pytest.mark.parametrize("role", ["sales", "greedy"])
def test_buyers_dealer_reads_nothing_of_the_former_owner(people, sold, role):
    reader = Reader(people[role], sold)
    assert reader.env["crm.vehicle"].search([("id", "in", sold.ids)]) == sold
    reader.read_all()
    assert reader.asked > 1000
    assert not reader.told, "\n".join(map(str, sorted(reader.told)))


@pytest.mark.parametrize(("role", "depth"), [("sales", 2), ("greedy", 1)])
def test_buyers_dealer_finds_nobody_by_what_is_known(people, sold, role, depth):
    reader = Reader(people[role], sold)
    reader.search_all(depth)
    reader.group_all()
    assert reader.asked > 1000
    assert not reader.told, "\n".join(map(str, sorted(reader.told)))


@pytest.mark.parametrize("role", ["sales", "greedy"])
def test_buyers_dealer_is_told_nothing_in_other_ways(people, sold, role):
    ways = Ways(people[role], sold)
    assert ways.own() == sold
    ways.export()
    ways.chatter()
    if role == "greedy":
        assert ways.reports() > 5
        assert ways.cockpit() > 5
    assert not ways.told, "\n".join(map(str, sorted(ways.told)))


@pytest.mark.parametrize("role", ["sales", "greedy"])
def test_files_that_name_the_former_owner_find_nobody(people, sold, role):
    former = former_owners(sold)
    assert len(former) == len(sold)
    assert not Ways(people[role], sold).imports(former[0])


@pytest.mark.parametrize("role", ["sales", "greedy"])
def test_buyers_dealer_matches_nobody(env, people, sold, role):
    """Duplicates, the door and the lookup of persons find no former owner."""
    ways = Ways(people[role], sold)
    former = former_owners(sold)
    twin = same_person(env, former[0], dealers_of(env, role)[0])
    pairs = env["crm.duplicate.candidate"].search([("partner_a_id", "in", former.ids)])
    pairs |= env["crm.duplicate.candidate"].search([("partner_b_id", "in", former.ids)])
    assert twin in pairs.partner_a_id | pairs.partner_b_id, "the pair is known to the network"
    assert not pairs.with_env(ways.env).search([("id", "in", pairs.ids)])
    with pytest.raises(AccessError):
        ways.env["privacy.lookup.wizard"].create({"name": former[0].name, "email": "a@b.cn"})
    with pytest.raises(UserError, match="No vehicle"):
        ways.env["crm.vehicle"].receive(f"{MARK}{sold[0].id}")
    found = ways.env["crm.vehicle"].find_or_create_by_vin(sold[0].vin)
    assert (found, found.partner_id) == (sold[0], sold[0].partner_id)


def test_merging_finds_no_former_owner(env, people, sold):
    """The ERP's wizard looks for groups by SQL."""
    former = former_owners(sold)[0]
    same_person(env, former, dealers_of(env, "greedy")[0])

    def groups(user):
        wizard = env["base.partner.merge.automatic.wizard"].with_user(user).create({})
        wizard.write({"group_by_email": True})
        wizard.action_start_manual_process()
        return str(wizard.line_ids.mapped("aggr_ids")), wizard.partner_ids

    told, partners = groups(SUPERUSER_ID)
    assert str(former.id) in told
    told, partners = groups(people["greedy"].id)
    assert str(former.id) not in told
    assert former.id not in partners.ids


def test_the_marks_are_there(people, sold):
    """Whoever may know the former owners reads and finds the same: the search can fail."""
    reader = Reader(people["oem"], sold)
    names = {"crm.vehicle.ownership", "crm.service.visit"}
    reader.models = lambda: [reader.env[name] for name in sorted(names)]
    reader.read_all()
    assert {told[0] for told in reader.told} == names
    reader.told.clear()
    reader.models = lambda: [reader.env["crm.vehicle.ownership"]]
    reader.search_all()
    found = {told[1] for told in reader.told}
    assert found >= {"partner_id.name", "plate", "vehicle_id.ownership_ids.partner_id.phone"}, found
