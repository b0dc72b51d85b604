"""What people open: the customer list and form, against bare Odoo's, as the web client asks."""

import random
from ast import literal_eval

from regrade import environment
from report import median_time, seconds, step
from scratch import CONTACTS as ALL_CONTACTS
from scratch import run
from specification import view_specification

CONTACTS = "contacts.action_contacts"
CUSTOMERS = "crm_dealer_grading.res_partner_action_customer"
# What dealer staff holds anyway, so that only our addon makes the difference.
RIGHTS = ["base.group_user", "sales_team.group_sale_salesman", "base.group_partner_manager"]
PAGE = {"limit": 80, "offset": 0, "count_limit": 10001}


# -- As the web client does ------------------------------------------------------------------


def open_list(uid, xmlid, domain=(), order=""):
    """A function that opens the list of the action as the user does, and returns the answer."""
    with environment(uid) as env:
        action = env.ref(xmlid).sudo()
        view_id = next(view_id for view_id, kind in action.views if kind == "list")
        spec = view_specification(env, view_id, "list")
        domain = [*literal_eval(action.domain or "[]"), *domain]

    def call():
        with environment(uid) as env:
            partners = env["res.partner"].with_context(bin_size=True)
            return partners.web_search_read(domain, spec, order=order, **PAGE)

    call.domain = domain
    return call


def open_groups(uid, domain, field):
    def call():
        with environment(uid) as env:
            return env["res.partner"].web_read_group(domain, [field], [], limit=80)

    return call


def open_forms(uid, partner_ids):
    """A function that opens the form of the next partner; its ``queries`` are the last count."""
    with environment(uid) as env:
        spec = view_specification(env, env.ref("base.view_partner_form").id, "form")
    waiting = iter(partner_ids * 5)

    def call():
        with environment(uid) as env:
            before = env.cr.sql_log_count
            partner = env["res.partner"].with_context(bin_size=True).browse(next(waiting))
            partner.web_read(spec)
            call.queries = env.cr.sql_log_count - before

    return call


# -- Before and after the installation ---------------------------------------------------------


def make_user(login, groups):
    from odoo import Command

    with environment() as env:
        ids = [env.ref(xmlid).id for xmlid in groups]
        values = {"name": login, "login": login, "group_ids": [Command.set(ids)]}
        return env["res.users"].with_context(no_reset_password=True).create(values).id


def measure_before(first):
    """Bare Odoo's contact list and form on the full database; times in s.

    :param int first: id of the last partner before the filled ones
    """
    step("opening bare Odoo's list and form")
    pick = random.Random(7)
    partner_ids = [first + 2 + 10 * pick.randrange(ALL_CONTACTS // 10) for _ in range(20)]
    plain = make_user("bench_plain", RIGHTS)
    forms = open_forms(plain, partner_ids)
    return {
        "partners": partner_ids,
        "plain": plain,
        "admin_list": median_time(open_list(2, CONTACTS)),
        "plain_list": median_time(open_list(plain, CONTACTS)),
        "form": median_time(forms),
        "form_queries": forms.queries,
    }


def make_staff():
    """An OEM manager, and a user of two dealers; the users' ids."""
    from odoo import Command

    oem = make_user("bench_oem", ["crm_dealer_grading.group_oem_manager"])
    staff = make_user("bench_staff", ["crm_dealer_grading.group_dealer_user"])
    with environment() as env:
        dealers = env["crm.dealer"].search([("code", "in", ["BD000", "BD001"])])
        env["res.users"].browse(staff).dealer_ids = [Command.set(dealers.ids)]
    return oem, staff


def users():
    return [
        run("SELECT id FROM res_users WHERE login = %s", [login])[0][0]
        for login in ("bench_oem", "bench_staff")
    ]


def measure_lists(report, bare):
    """Goal 5."""
    step("opening the lists")
    report.title("Opening lists: 80 rows, count up to 10,001; medians of 15")
    oem, staff = users()
    report.info("bare Odoo's contacts, administrator", seconds(bare["admin_list"]))
    report.info("bare Odoo's contacts, salesperson", seconds(bare["plain_list"]))
    for who, uid, base in (
        ("OEM manager", oem, bare["admin_list"]),
        ("dealer's staff", staff, bare["plain_list"]),
    ):
        time = median_time(open_list(uid, CUSTOMERS))
        report.info(f"customers, {who}", seconds(time))
        report.judge(f"customers, {who}, against bare contacts", time / base, 1.3)
    for who, uid, base in (
        ("administrator", 2, bare["admin_list"]),
        ("salesperson without a dealer role", bare["plain"], bare["plain_list"]),
        ("dealer's staff", staff, bare["plain_list"]),
    ):
        time = median_time(open_list(uid, CONTACTS))
        report.info(f"contacts with the addon, {who}", f"{seconds(time)}  {time / base:.2f}×")
    for who, uid in (("OEM manager", oem), ("dealer's staff", staff)):
        measure_by_level(report, who, uid)


def measure_by_level(report, who, uid):
    """Grouping, sorting and filtering by the value level, as multiples of the plain list."""
    plain = open_list(uid, CUSTOMERS)
    base = median_time(plain, runs=7)
    [[key]] = run(
        "SELECT l.id FROM crm_grading_level l JOIN crm_grading_scheme s ON s.id = l.scheme_id"
        " WHERE s.code = 'value' AND l.code = 'K'"
    )
    for name, call in (
        ("grouped by value level", open_groups(uid, plain.domain, "value_level_id")),
        ("sorted by value level", open_list(uid, CUSTOMERS, order="value_level_id")),
        ("of one value level", open_list(uid, CUSTOMERS, [("value_level_id", "=", key)])),
        ("of levels by name", open_list(uid, CUSTOMERS, [("value_level_id", "ilike", "Key")])),
    ):
        time = median_time(call, runs=7, warm=2)
        report.info(f"customers {name}, {who}", f"{seconds(time)}  {time / base:.2f}×")


def measure_form(report, bare):
    """The customer's form as dealer's staff, against bare Odoo's as a salesperson."""
    step("opening forms")
    report.title("Opening the form of a customer; medians of 15 customers")
    _oem, staff = users()
    mine = run(
        "SELECT p.id FROM res_partner p JOIN crm_dealer d ON d.id = p.dealer_id"
        " WHERE d.code = 'BD000' AND p.customer_number IS NOT NULL ORDER BY md5(p.name) LIMIT 20"
    )
    forms = open_forms(staff, [partner_id for (partner_id,) in mine])
    time = median_time(forms)
    report.info("bare Odoo, salesperson", f"{seconds(bare['form'])}")
    report.info("  queries", bare["form_queries"])
    report.info("dealer's staff", f"{seconds(time)}  {time / bare['form']:.2f}×")
    report.info("  queries", forms.queries)
    plain = open_forms(bare["plain"], bare["partners"])
    time = median_time(plain)
    report.info(
        "salesperson without a dealer role", f"{seconds(time)}  {time / bare['form']:.2f}×"
    )
    report.info("  queries", plain.queries)
