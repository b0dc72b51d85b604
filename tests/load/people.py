"""The fifty at work: who they are in both databases, and their sessions."""

from regrade import environment
from scratch import DEALERS, run

# Role: how many at once; groups with the addons; groups in bare Odoo, whose work is alike.
ROLES = {
    "staff": (24, ["crm_dealer_grading.group_dealer_user"], [
        "sales_team.group_sale_salesman", "base.group_partner_manager"]),
    "manager": (5, ["crm_dealer_grading.group_dealer_manager"], [
        "sales_team.group_sale_salesman_all_leads", "base.group_partner_manager",
        "helpdesk_mgmt.group_helpdesk_user"]),
    "callcentre": (6, ["crm_dealer_grading.group_call_centre"], [
        "base.group_partner_manager", "helpdesk_mgmt.group_helpdesk_user"]),
    "auditor": (3, ["crm_dealer_grading.group_oem_auditor"], [
        "sales_team.group_sale_salesman_all_leads", "survey.group_survey_user"]),
    "oem": (2, ["crm_dealer_grading.group_oem_manager"], [
        "sales_team.group_sale_manager", "survey.group_survey_user"]),
    "member": (10, ["base.group_portal"], ["base.group_portal"]),
}  # fmt: skip
# The customers of dealer n are those of the same number in both databases.
DEALER_OF = f"commercial_partner_id * 7919::bigint %% {DEALERS}"


def login(role, number):
    return f"load_{role}_{number}"


def numbers(database, role):
    """The numbers of a role's people: for dealers' staff those of dealers that have leads."""
    count = ROLES[role][0]
    if role not in ("staff", "manager"):
        return range(count)
    statement = (
        f"SELECT {DEALER_OF} FROM res_partner p WHERE id = commercial_partner_id"
        " AND email LIKE 'c%%@example.com' AND id %% 5 = 0 GROUP BY 1 ORDER BY 1 LIMIT %s"
    )
    return [number for (number,) in run(statement, [count], database=database)]


def make(database, bare):
    """The users of a database; members are made of customers (see ``more.members``)."""
    from odoo import Command

    with environment(database=database) as env:
        users = env["res.users"].with_context(no_reset_password=True, tracking_disable=True)
        if users.search_count([("login", "like", "load_staff_")]):
            return  # a stage that was broken off
        for role, (_count, *groups) in ROLES.items():
            if role == "member":
                continue
            ids = [env.ref(name).id for name in groups[bare]]
            chosen = numbers(database, role)
            made = users.create([
                {"name": login(role, n), "login": login(role, n), "group_ids": [Command.set(ids)]}
                for n in chosen
            ])  # fmt: skip
            if role in ("staff", "manager") and not bare:
                for number, user in zip(chosen, made, strict=True):
                    code = f"BD{number:03d}"
                    user.dealer_ids = env["crm.dealer"].search([("code", "=", code)])


def make_members(database, partner_ids):
    from odoo import Command

    with environment(database=database) as env:
        users = env["res.users"].with_context(no_reset_password=True, tracking_disable=True)
        group = Command.set([env.ref("base.group_portal").id])
        users.create([
            {"login": login("member", n), "partner_id": partner, "group_ids": [group]}
            for n, partner in enumerate(partner_ids)
        ])  # fmt: skip


def sessions(database):
    """``[{role, number, uid, sid, context}]``: everybody signed in, without a password."""
    from odoo.http import get_default_session, root
    from odoo.service.security import compute_session_token

    found = []
    with environment(database=database) as env:
        users = env["res.users"].search([("login", "like", "load_%")])
        for user in users:
            _load, role, number = user.login.split("_")
            session = root.session_store.new()
            session.update(get_default_session(), db=database, uid=user.id, login=user.login)
            own = user.with_user(user)
            session.context = dict(own.context_get())
            session.session_token = compute_session_token(session, own.env)
            root.session_store.save(session)
            context = {**session.context, "allowed_company_ids": user.company_ids.ids}
            found.append({
                "role": role, "number": int(number), "uid": user.id, "sid": session.sid,
                "context": context, "partner": user.partner_id.id,
            })  # fmt: skip
    return sorted(found, key=lambda one: (one["role"], one["number"]))
