"""Who asks, and whose records are asked for: the columns of the tables."""

from unittest.mock import patch

from odoo import Command
from odoo.fields import Domain

SUITE = "crm_dealer_grading"
ALL_SALES = "sales_team.group_sale_salesman_all_leads"
# The dealers of the demo network that are the own ones; the rest of the network is foreign.
OWN, SECOND = "SH01", "HZ01"
# Roles of the demo network: who signs in there may be asked over HTTP as well.
DEMO = ("sales", "manager", "credit", "callcentre", "auditor", "oem", "finance", "member")
# What else meets in one user: groups, codes of dealers. Made for the test, and gone with it.
MADE = {
    "employee": (("base.group_user",), ()),
    # Bare Odoo's salesperson, and bookkeepers, who had everything and keep it.
    "erp_sales": ((ALL_SALES, "base.group_partner_manager"), ()),
    # A dealer's staff with everything that opens the whole network in bare Odoo.
    "greedy": (
        (
            *(f"{SUITE}.group_dealer_manager", "sales_team.group_sale_manager"),
            *("base.group_partner_manager", "account.group_account_manager"),
        ),
        (OWN,),
    ),
    "two": ((f"{SUITE}.group_dealer_user",), (OWN, SECOND)),
    "homeless": ((f"{SUITE}.group_dealer_user", ALL_SALES), ()),
}
ROLES = (
    *("employee", "erp_sales", "finance", "sales", "manager", "greedy", "two", "homeless"),
    *("credit", "callcentre", "auditor", "oem", "member", "public"),
)
# Who is kept to dealers: a foreign record is nothing to these.
SCOPED = ("sales", "manager", "greedy", "two", "homeless")


def users(env):
    """``{role: user}``; those of MADE are made by the transaction of ``env``."""
    found = env["res.users"].search([("login", "in", DEMO)])
    found = {user.login: user for user in found}
    assert set(found) == set(DEMO), f"The demo network lacks {set(DEMO) - set(found)}."
    dealers = {dealer.code: dealer.id for dealer in env["crm.dealer"].search([])}
    values = [
        {
            "name": f"Access {role}",
            "login": f"access.{role}",
            "email": f"access.{role}@example.com",
            "group_ids": [Command.set([env.ref(group).id for group in groups])],
            "dealer_ids": [Command.set([dealers[code] for code in codes])],
        }
        for role, (groups, codes) in MADE.items()
    ]
    # Without a picture, which is five files a user.
    with patch.object(type(env["res.partner"]), "_avatar_generate_svg", lambda _self: b""):
        made = env["res.users"].with_context(no_reset_password=True).create(values)
    found.update(zip(MADE, made, strict=True))
    return {**found, "public": env.ref("base.public_user")}


def dealers_of(env, role):
    """``(own, foreign)`` dealers; whoever has none, or all, is asked as dealer OWN's would be."""
    network = env["crm.dealer"].search([])
    mine = network.filtered(lambda d: d.code == (SECOND if role == "two" else OWN))
    return mine, network - network.filtered(lambda d: d.code in (OWN, SECOND))


def view_of(role):
    """Roles of one view look at the same records as own and foreign ones."""
    return role if role in ("two", "member", "public") else "network"


def sides(env, role, model, path):
    """Domains of the own, the foreign and nobody's records; one domain where nobody's are apart.

    :param path: leads to the dealer of a record, or is "-"; a member's own records are those of
        the own customer
    """
    if role == "member":
        return _sides_of_member(env, model)
    if path == "-" or role == "public":
        return [Domain.TRUE]
    own, foreign = dealers_of(env, role)
    others = Domain(path, "in", foreign.ids) & ~Domain(SHARED.get(model, Domain.FALSE))
    return [Domain(path, "in", own.ids), others, Domain(path, "=", False)]


def _sides_of_member(env, model):
    me = env["res.users"].search([("login", "=", "member")]).partner_id.commercial_partner_id
    for name in ("commercial_partner_id", "partner_id"):
        field = env[model]._fields.get(name)
        if field is None or field.comodel_name != "res.partner":
            continue
        if field._description_searchable:
            mine = Domain(name, "child_of", me.ids)
            return [mine, Domain(name, "!=", False) & ~mine]
    return [Domain.TRUE]


# What dealers share by design: records that are not foreign although another dealer's.
SHARED = {
    # Whoever serves the customer or the vehicle sees it.
    "res.partner": [("serving_dealer_ids.code", "in", [OWN, SECOND])],
    "crm.vehicle": [("serving_dealer_ids.code", "in", [OWN, SECOND])],
    # The ERP's campaigns, which name nobody.
    "utm.campaign": [("is_dealer_campaign", "=", False)],
}
