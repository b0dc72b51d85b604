"""Writes the plan of the demo network into the database."""

from datetime import timedelta

from odoo import fields

from . import plan as plans
from .load_applications import ApplicationLoader
from .load_assessment import AssessmentLoader
from .load_cleaning import CleaningLoader
from .load_contacts import ContactLoader
from .load_credit import CreditLoader
from .load_customers import CustomerLoader
from .load_named import NamedLoader
from .load_policy import PolicyLoader
from .load_quality import QualityLoader
from .load_sales import SalesLoader
from .load_standing import StandingLoader
from .load_vehicles import VehicleLoader
from .load_workshop import WorkshopLoader

# What an import of such a size does without: messages, followers, reminders, logs of lines.
_QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_activity_automation_skip": True,
    "sale_no_log_for_new_lines": True,
    "no_reset_password": True,
    "tz": "Asia/Shanghai",
}
# Days ago of the gradings that make the moves between levels.
_GRADED = (92, 61, 30, 0)


def load(env, today=None):
    """Create customers, vehicles, visits, orders and leads, and grade the customers.

    :param datetime.date today: what the dates of the story are relative to; default today in
        China
    """
    env = env(context={**env.context, **_QUIET})
    today = today or fields.Date.context_today(env.user)
    plan = plans.build(today)
    customers = CustomerLoader(env, plan).load()
    vehicles = VehicleLoader(env, plan, customers)
    vehicles.load()
    sales = SalesLoader(env, plan, customers)
    vehicles.load_visits(sales.load_orders())
    WorkshopLoader(env, plan).load()
    sales.load_deliveries(sales.load_leads(), vehicles.vehicles)
    QualityLoader(env, plan, customers).load(today)
    ContactLoader(env, plan, customers).load(today)
    StandingLoader(env, plan, customers).load()
    CleaningLoader(env, plan, customers).load(today)
    named = NamedLoader(env, plan)
    named.load(today)
    env.flush_all()
    for days in _GRADED:
        env["crm.grading.scheme"].regrade(date=today - timedelta(days))
    PolicyLoader(env, plan, customers).load(today)
    AssessmentLoader(env, plan, customers).load()
    CreditLoader(env, plan, customers).load(today)
    named.name_levels(today)
    ApplicationLoader(env, plan, customers).load()
