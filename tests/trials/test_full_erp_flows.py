"""What people do in the other applications goes on as without our addons (P5)."""

import contextlib
import uuid

import pytest
from full_erp import as_user_fixture, built_fixture  # noqa: F401

from odoo import Command, fields
from odoo.exceptions import AccessError

DEALER_ROLES = [
    f"trial_{role}" for role in ("sales", "manager", "credit", "callcentre", "auditor", "oem")
]
LOGS = ["auditlog.log", "auditlog.log.line", "auditlog.rule", "auditlog.log.line.view",
        "auditlog.http.request", "queue.job"]  # fmt: skip
# Core's and ours, each with what it can be made of, and what is changed then.
AUDITED = {
    "res.partner": ({"name": "Audited"}, {"name": "Changed"}),
    "crm.lead": ({"name": "Audited"}, {"name": "Changed"}),
    "crm.dealer.region": ({"name": "Audited", "code": "AUDITED"}, {"name": "Changed"}),
    "crm.contact.log": ({"summary": "Audited"}, {"summary": "Changed"}),
    "crm.vehicle": ({"vin": "LSVAU2180N2183294"}, {"color": "Changed"}),
}


@pytest.fixture(name="root")
def _root(as_user):
    """The administrator's environment, with all rights."""
    return as_user("admin")(su=True, context={"tracking_disable": True, "lang": "en_US"})


def role(root, login):
    user = root["res.users"].search([("login", "=", login)])
    return root(user=user.id, su=False)


@pytest.fixture(name="controlled")
def _controlled(root):
    """A customer of a dealer with a limit of 1,000 in a company that refuses what is over it."""
    root.company.credit_mode = "release"
    customer = root["res.partner"].create(
        {"name": "Controlled", "dealer_id": root["crm.dealer"].search([], limit=1).id}
    )
    root["crm.credit.file"]._open(customer, root.company)._grant(1000, False, "Test")
    return customer


def sold(root, customer, amount, kind="service", **product):
    """A confirmed order of one thing of ``kind``."""
    thing = root["product.product"].create(
        {"name": "Thing", "type": kind, "taxes_id": False, "list_price": amount, **product}
    )
    order = root["sale.order"].create(
        {"partner_id": customer.id, "order_line": [Command.create({"product_id": thing.id})]}
    )
    order.action_confirm()
    return order


def test_car_of_the_company_is_no_customers_car(root):
    """An employee drives a car of the fleet; the customers' vehicles know nothing of it."""
    before = root["crm.vehicle"].search_count([])
    employee = root["hr.employee"].create({"name": "Driver"})
    model = root["fleet.vehicle.model"].search([("brand_id", "!=", False)], limit=1)
    car = root["fleet.vehicle"].create(
        {"model_id": model.id, "driver_employee_id": employee.id, "vin_sn": "LSVAU2180N2183294",
         "license_plate": "沪A12345"}
    )  # fmt: skip
    root["fleet.vehicle.odometer"].create({"vehicle_id": car.id, "value": 100})
    assert car.driver_id == employee.work_contact_id and employee.car_ids == car
    assert root["crm.vehicle"].search_count([]) == before
    assert not employee.work_contact_id.dealer_id
    # The same car may be sold to a customer: two files that know nothing of each other.
    vehicle = root["crm.vehicle"].find_or_create_by_vin("LSVAU2180N2183294", {})
    assert vehicle and car.odometer == 100 and car.driver_id == employee.work_contact_id


def test_employee_and_applicant(root):
    employee = root["hr.employee"].create({"name": "Employee", "work_email": "e@example.com"})
    applicant = root["hr.applicant"].create({"partner_name": "Applicant"})
    job = root["hr.job"].create({"name": "Job"})
    applicant.job_id = job
    applicant.create_employee_from_applicant()
    assert not employee.work_contact_id.dealer_id
    assert not applicant.partner_id.dealer_id


def test_transfer_purchase_and_its_bill(root, controlled):
    """A vendor who owes us nothing as a customer sells to us beyond any limit."""
    part = root["product.product"].create({"name": "Part", "is_storable": True, "type": "consu"})
    line = {"product_id": part.id, "product_qty": 10, "price_unit": 5000, "tax_ids": False}
    purchase = root["purchase.order"].create(
        {"partner_id": controlled.id, "order_line": [Command.create(line)]}
    )
    purchase.button_confirm()
    receipt = purchase.picking_ids
    receipt.move_ids.write({"quantity": 10, "picked": True})
    receipt.button_validate()
    assert receipt.state == "done" and part.qty_available == 10
    bill = root["account.move"].browse(purchase.action_create_invoice()["res_id"])
    bill.invoice_date = fields.Date.today()
    bill.action_post()
    assert (bill.state, bill.amount_untaxed) == ("posted", 50000)
    assert not root["crm.credit.hold"].search([("partner_id", "=", controlled.id)])
    internal = root.ref("stock.warehouse0").int_type_id
    shelf = root["stock.location"].create(
        {"name": "Shelf", "location_id": internal.default_location_src_id.id}
    )
    transfer = root["stock.picking"].create(
        {"picking_type_id": internal.id, "location_id": internal.default_location_src_id.id,
         "location_dest_id": shelf.id, "move_ids": [Command.create({
             "product_id": part.id, "product_uom_qty": 4, "location_dest_id": shelf.id,
             "location_id": internal.default_location_src_id.id})]}
    )  # fmt: skip
    transfer.action_confirm()
    transfer.move_ids.write({"quantity": 4, "picked": True})
    transfer.button_validate()
    assert part.with_context(location=shelf.id).qty_available == 4


def test_dealers_sale_is_delivered(root, controlled):
    """A salesperson of a dealer sells goods; the warehouse sends them; the invoice follows."""
    sales = role(root, "trial_sales")
    dealer = sales.user.dealer_ids[:1]
    customer = sales["res.partner"].create({"name": "Buyer", "dealer_id": dealer.id})
    root["crm.credit.file"]._open(customer.sudo(), root.company)._grant(1000, False, "Test")
    part = root["product.product"].create(
        {"name": "Part", "is_storable": True, "type": "consu", "taxes_id": False,
         "list_price": 400, "invoice_policy": "delivery"}
    )  # fmt: skip
    order = sales["sale.order"].create(
        {"partner_id": customer.id, "order_line": [Command.create({"product_id": part.id})]}
    )
    order.action_confirm()
    delivery = order.sudo().picking_ids
    assert delivery and delivery.partner_id == customer.sudo()
    delivery.move_ids.write({"quantity": 1, "picked": True})
    delivery.button_validate()
    invoice = order.sudo()._create_invoices()
    invoice.action_post()
    assert invoice.dealer_id == order.sudo().dealer_id == dealer.sudo()


def test_project_task_of_a_sale(root, controlled):
    order = sold(root, controlled, 300, service_tracking="task_in_project")
    assert len(order.tasks_ids) == 1
    task = order.tasks_ids
    task.message_post(body="Done")
    task.state = "1_done"
    assert task.partner_id == controlled


def test_till_of_a_customer_under_control(root, controlled):
    """The till loads what it needs, and takes cash of somebody whose credit is used up."""
    sold(root, controlled, 1000)
    root["pos.session"].search([("state", "!=", "closed")]).state = "closed"
    config = till(root)
    session = config.current_session_id
    loaded = session.load_data([])
    assert loaded["res.partner"] and loaded["product.product"]
    thing = root["product.product"].search([("available_in_pos", "=", True)], limit=1)
    paid = root["pos.order"].sync_from_ui(
        [till_sale(root, session, controlled, thing, config.payment_method_ids[0], 5000)]
    )["pos.order"]
    order = root["pos.order"].browse(paid[0]["id"])
    assert order.state == "paid" and order.partner_id == controlled
    session.action_pos_session_closing_control()
    assert session.state == "closed", session.state


def till(root):
    journal = root["account.journal"].create({"name": "Till", "type": "cash", "code": "TRTIL"})
    cash = root["pos.payment.method"].create({"name": "Cash", "journal_id": journal.id})
    config = root["pos.config"].create(
        {"name": "Till", "payment_method_ids": [Command.set(cash.ids)]}
    )
    config.open_ui()
    config.current_session_id.set_opening_control(0, None)
    return config


def till_sale(root, session, customer, thing, method, amount):
    """What a till sends of a sale for cash."""
    line = {"product_id": thing.id, "qty": 1, "price_unit": amount, "price_subtotal": amount,
            "price_subtotal_incl": amount, "discount": 0, "tax_ids": [],
            "pack_lot_ids": []}  # fmt: skip
    payment = {"name": fields.Datetime.now(), "payment_method_id": method.id, "amount": amount}
    return {
        "uuid": str(uuid.uuid4()), "state": "paid", "amount_paid": amount, "amount_return": 0,
        "amount_tax": 0, "amount_total": amount, "fiscal_position_id": False,
        "date_order": fields.Datetime.to_string(fields.Datetime.now()), "to_invoice": False,
        "partner_id": customer.id, "session_id": session.id, "user_id": root.uid,
        "lines": [Command.create(line)], "payment_ids": [Command.create(payment)],
    }  # fmt: skip


def test_till_shows_a_dealers_cashier_own_customers(root):
    """Who works for a dealer and at a till finds the dealer's customers there, no others."""
    seller = root["res.users"].search([("login", "=", "trial_sales")])
    seller.group_ids += root.ref("point_of_sale.group_pos_user")
    session = till(root).current_session_id
    env = role(root, "trial_sales")
    loaded = env["pos.session"].browse(session.id).load_data([])["res.partner"]
    dealers = root["res.partner"].browse([row["id"] for row in loaded]).dealer_id
    assert loaded and dealers <= seller.dealer_ids


def test_mailing_reaches_contacts(root):
    people = root["res.partner"].create(
        [{"name": f"Reader {n}", "email": f"reader{n}@example.com"} for n in range(3)]
    )
    mailing = root["mailing.mailing"].create(
        {"subject": "News", "body_html": "<p>News</p>", "mailing_model_id":
         root["ir.model"]._get("res.partner").id, "mailing_domain": [("id", "in", people.ids)]}
    )  # fmt: skip
    # Sending would commit; whom it would go to is what our addons could change.
    assert sorted(mailing._get_remaining_recipients()) == sorted(people.ids)


def test_event_registration_and_its_order(root, controlled):
    event = root["event.event"].create(
        {"name": "Fair", "date_begin": "2030-01-01 08:00:00", "date_end": "2030-01-01 18:00:00"}
    )
    registration = root["event.registration"].create(
        {"event_id": event.id, "partner_id": controlled.id}
    )
    assert registration.state == "open"
    assert registration.dealer_id == controlled.dealer_id


# -- Audit log and job queue ---------------------------------------------------------------


@contextlib.contextmanager
def audited(root):
    """Log all that is done to the models; the registry is put back afterwards."""
    rules = root["auditlog.rule"].create(
        [{"name": f"Trial {model}", "model_id": root["ir.model"]._get(model).id,
          "log_type": "full", "log_read": True, "log_create": True, "log_write": True,
          "log_unlink": True} for model in AUDITED]
    )  # fmt: skip
    rules.set_to_confirmed()
    try:
        yield
    finally:
        for rule in rules:
            rule.set_to_draft()


def test_audit_log_logs_core_and_ours(root):
    needed = {
        "crm.contact.log": {"partner_id": root["res.partner"].create({"name": "Heard"}).id},
    }
    with audited(root):
        for model, (vals, change) in AUDITED.items():
            record = root[model].create({**vals, **needed.get(model, {})})
            record.write(change)
            # The log does not follow what is made while it logs.
            root[model].browse(record.id).read(list(vals))
            logs = root["auditlog.log"].search(
                [("model_id.model", "=", model), ("res_id", "=", record.id)]
            )
            assert {"create", "write", "read"} <= set(logs.mapped("method")), model


def test_audit_log_is_not_for_dealer_roles(root):
    """It would tell what the roles may not see: names and values of every dealer."""
    for login in DEALER_ROLES:
        env = role(root, login)
        for model in LOGS:
            assert not env[model].has_access("read"), (login, model)
        with pytest.raises(AccessError):
            env["auditlog.log"].search_read([], ["name"])


def test_job_of_the_queue_runs_for_us(root):
    job = root["crm.grading.scheme"].with_delay().regrade()
    stored = root["queue.job"].search([("uuid", "=", job.uuid)])
    assert (stored.model_name, stored.state) == ("crm.grading.scheme", "pending")
