"""The first hour of a small dealer: one shop, no manufacturer, three people, no demo data (P5).

A script for Odoo's shell; it sets nothing that the dealer would have to set.
"""

WALK = """
from odoo import Command
from odoo.tests import Form

# The one who installed it: one click, and the company is the dealer.
boss = env(user=env.ref("base.user_admin").id)
panel = boss["onboarding.onboarding"].dealer_panel()
assert panel["can_be_dealer"] and not panel["done"], panel
action = boss["crm.dealer"].action_company_is_dealer()
dealer = boss["crm.dealer"].browse(action["res_id"])
panel = boss["onboarding.onboarding"].dealer_panel()
assert not panel["can_be_dealer"]
assert [step["done"] for step in panel["steps"]][:3] == [True, True, False], panel

# Two more people.
people = {}
for login in ("first.sales", "first.service"):
    user = boss["res.users"].with_context(no_reset_password=True).create({
        "name": login, "login": login, "dealer_ids": [Command.link(dealer.id)],
        "group_ids": [Command.set(env.ref("crm_dealer_grading.group_dealer_user").ids)]})
    people[login] = env(user=user.id)
sales, service = people["first.sales"], people["first.service"]

# A customer, by name and phone; the dealer is understood.
form = Form(sales["res.partner"].with_context(default_is_company=False))
form.name, form.phone = "First Customer", "13800138000"
customer = form.save()
assert customer.dealer_id == dealer and customer.customer_number

# A lead, a quotation that becomes an order.
form = Form(sales["crm.lead"])
form.name, form.partner_id = "First Lead", customer
assert form.save().dealer_id == dealer
product = boss["product.product"].create({"name": "First Work", "type": "service",
                                          "list_price": 500})
form = Form(sales["sale.order"])
form.partner_id = customer
with form.order_line.new() as line:
    line.product_id = sales["product.product"].browse(product.id)
order = form.save()
assert order.dealer_id == dealer
order.action_confirm()
assert order.state == "sale"

# A vehicle of a model that the catalogue has, or of one that is entered now.
model = boss["fleet.vehicle.model"].create({
    "name": "First Model", "brand_id": boss["fleet.vehicle.model.brand"].search([], limit=1).id})
form = Form(service["crm.vehicle"])
form.vin, form.model_id = "LSVNV2182E2100001", service["fleet.vehicle.model"].browse(model.id)
form.partner_id = service["res.partner"].browse(customer.id)
vehicle = form.save()
assert vehicle.dealer_id == dealer

# A visit, from its booking to the end.
form = Form(service["crm.service.visit"])
form.vehicle_id = vehicle
visit = form.save()
assert (visit.dealer_id, visit.partner_id) == (dealer, customer)
for _step in range(10):
    if visit.stage == "delivered":
        break
    visit.action_next_stage()
assert visit.stage == "delivered", visit.stage

# A member, and an answer.
member = sales["crm.club.membership"].enrol(customer)
assert member.tier_id and member.number
version = boss["crm.satisfaction.version"].search(
    [("state", "=", "current"), ("programme_id.code", "=", "CSI")], limit=1)
answer = version._invite([{"partner_id": customer.id, "visit_id": visit.id}])
answer._submit_satisfaction({question: 9 for question in version.question_ids
                             if question.satisfaction_factor_id
                             and question.satisfaction_kind == "satisfaction"})
assert answer.satisfaction_score_ids and answer.dealer_id == dealer

# The cockpit counts it; the steps know.
env["crm.grading.scheme"].regrade()
# It begins with the month before, which had nothing: the running one is a click away.
begin = str(env.company._today_here().replace(day=1))
page = boss["crm.cockpit"].page({"begin": begin})
cards = {card["id"]: card for card in page["cards"]}
assert sum(bar["value"] for bar in cards["visits"]["bars"]) == 1, cards["visits"]
assert cards["level"]["bars"], cards["level"]
assert all(card.get("empty", True) for card in page["cards"])
done = [step["done"] for step in boss["onboarding.onboarding"].dealer_panel()["steps"]]
assert done[:3] == [True] * 3 and done[5], done
env.cr.rollback()
"""
