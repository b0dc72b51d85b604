"""What each of the fifty works on in this run: read from the database before it is served."""

import build
import people
from regrade import environment
from scratch import run

EACH = 60  # customers, leads, vehicles and tickets that a person comes back to
TOKENS = 200  # invitations to a questionnaire, for all members together
ACTIONS = {
    "bare": {
        "contacts": "contacts.action_contacts",
        "pipeline": "crm.crm_lead_action_pipeline",
        "orders": "sale.action_quotations_with_onboarding",
        "tickets": "helpdesk_mgmt.helpdesk_ticket_action",
        "analysis": "crm.crm_opportunity_report_action",
        "surveys": "survey.action_survey_form",
        "answers": "survey.action_survey_user_input",
    },
    "full": {
        "today": "crm_dealer_grading.crm_dealer_action_today",
        "customers": "crm_dealer_grading.res_partner_action_customer",
        "leads": "crm_dealer_grading.crm_lead_action",
        "orders": "sale.action_quotations_with_onboarding",
        "vehicles": "crm_dealer_grading.crm_vehicle_action",
        "visits_today": "crm_dealer_grading.crm_service_visit_action_today",
        "kpis": "crm_dealer_grading.crm_kpi_value_action_open",
        "complaints": "crm_dealer_club.helpdesk_ticket_action_complaint_board",
        "care": "crm_dealer_club.crm_care_reminder_action",
        "campaigns": "crm_dealer_club.utm_campaign_action_dealer",
        "members": "crm_dealer_club.crm_club_membership_action",
        "calls": "crm_dealer_survey.crm_followup_call_action",
        "next_call": "crm_dealer_survey.crm_followup_next_action",
        "index": "crm_dealer_survey.crm_satisfaction_index_action",
        "assessments": "crm_dealer_survey.crm_assessment_action",
    },
}


def prepare(kind, database):
    """``{"users": […], "actions": {…}}``; each user has ``mine``, what this person works on."""
    users = people.sessions(database)
    with environment(database=database) as env:
        actions = {name: env.ref(xmlid).id for name, xmlid in ACTIONS[kind].items()}
        shared = _shared(env, kind)
        questions = _questions(env, kind, TOKENS)
        tokens = questions.pop("tokens")
    members = [user for user in users if user["role"] == "member"]
    for user in users:
        user["mine"] = {**shared, **_own(database, kind, user)}
    for number, user in enumerate(members):
        user["mine"] |= {**questions, "tokens": tokens[number :: len(members)]}
        if kind == "full":
            rows = run(
                "SELECT id FROM crm_vehicle WHERE partner_id = %s",
                [user["partner"]],
                database=database,
            )
            user["mine"]["vehicles"] = [vehicle for (vehicle,) in rows]
    return {"users": users, "actions": actions}


def _shared(env, kind):
    products = env["product.product"].search(
        [("type", "=", "consu"), ("sale_ok", "=", True), ("list_price", ">", 0)], limit=10
    )
    found = {"products": products.ids, "team": env["helpdesk.ticket.team"].search([], limit=1).id}
    if kind == "full":
        today = env.company._today_here()
        year = today.replace(year=today.year - 1, day=1)
        found["year"] = {"date_from": str(year), "date_to": str(today)}
        view = "crm_dealer_grading.crm_contact_log_view_form_quick"
        found["quick_log"] = env.ref(view).id
    return found


def _own(database, kind, user):
    """Customers of the person's dealer, in bare Odoo those of the same number; else of anybody."""
    if user["role"] == "member":
        return {}
    params = {"number": user["number"], "each": EACH}
    one = "TRUE"
    if user["role"] in ("staff", "manager"):
        one = f"p.{people.DEALER_OF} = %(number)s"
    # Any customers, evenly: the ids of the filled ones have no gaps.
    customers = run(
        f"""SELECT p.id, p.name, p.phone FROM res_partner p
             WHERE p.id = p.commercial_partner_id AND p.email LIKE 'c%%@example.com' AND p.id IN
                   (SELECT id FROM res_partner p WHERE {one}
                     ORDER BY hashint8(id + %(number)s) LIMIT 10 * %(each)s)
             LIMIT %(each)s""",
        params,
        database=database,
    )
    found = {
        "customers": [
            {"id": number, "name": name, "phone": phone} for number, name, phone in customers
        ],
        "leads": _ids(database, "crm_lead", one, params),
        "tickets": _ids(database, "helpdesk_ticket", one, params),
    }
    if kind == "full":
        rows = run(
            f"""SELECT v.id, v.vin, v.plate FROM crm_vehicle v
                  JOIN res_partner p ON p.id = v.partner_id
                 WHERE {one} ORDER BY v.id LIMIT %(each)s""",
            params,
            database=database,
        )
        found["vehicles"] = [{"id": i, "vin": vin, "plate": plate} for i, vin, plate in rows]
    return found


def _ids(database, table, one, params):
    rows = run(
        f"""SELECT t.id FROM {table} t JOIN res_partner p ON p.id = t.partner_id
             WHERE {one} ORDER BY t.id DESC LIMIT %(each)s""",
        params,
        database=database,
    )
    return [number for (number,) in rows]


def _questions(env, kind, count):
    """Invitations to a questionnaire, and its questions with what is best."""
    if kind == "full":
        version = env.ref("crm_dealer_survey.version_csi_1")
        answers = version._invite([{}] * count)
        scales = version.question_ids.filtered(lambda one: one.question_type == "scale")
        best = {question.id: question.scale_max for question in scales}
        return {"tokens": answers.mapped("access_token"), "questions": best}
    surveys = env["survey.survey"]
    survey = surveys.search([("title", "=", build.PLAIN_SURVEY)], limit=1)
    if not survey:
        survey = surveys.create({
            "title": build.PLAIN_SURVEY, "questions_layout": "one_page",
            "access_mode": "public", "question_and_page_ids": [
                (0, 0, {"title": f"Question {n}", "question_type": "scale"}) for n in range(20)
            ]})  # fmt: skip
    tokens = [survey._create_answer(check_attempts=False).access_token for _n in range(count)]
    best = dict.fromkeys(survey.question_ids.ids, 8)
    return {"tokens": tokens, "questions": best, "survey": survey.access_token}
