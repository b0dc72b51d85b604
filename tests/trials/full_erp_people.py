"""Who works in the full ERP: a login for each role (also its password), two dealers, a member."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from test_install import LIFE, SURVEY_LIFE

# For Odoo's shell. Each dealer has a customer, so that one could see what is the other's. Logins
# like "sales" and "manager" are made by the ERP's own tests.
PEOPLE = """
from odoo import Command
region = env["crm.dealer.region"].create({"name": "Trial Region", "code": "TRIAL"})
dealers = env["crm.dealer"].create([
    {"name": f"Trial Dealer {n}", "code": f"TRIAL{n}", "region_id": region.id} for n in (1, 2)])
env["res.partner"].create([
    {"name": f"Customer of {dealer.code}", "dealer_id": dealer.id} for dealer in dealers])
roles = {"trial_sales": "group_dealer_user", "trial_manager": "group_dealer_manager",
         "trial_credit": "group_credit_controller", "trial_callcentre": "group_call_centre",
         "trial_auditor": "group_oem_auditor", "trial_oem": "group_oem_manager"}
users = env["res.users"].with_context(no_reset_password=True)
for login, group in roles.items():
    user = users.create({
        "name": login.replace("_", " ").title(), "login": login, "password": login, "lang": "en_US",
        "email": f"{login}@trial.example.com",
        "group_ids": [Command.set(env.ref("crm_dealer_grading." + group).ids)]})
    if login in ("trial_sales", "trial_manager"):
        dealers[0].user_ids = [Command.link(user.id)]
member = users.create({
    "name": "Trial Member", "login": "trial_member", "password": "trial_member", "lang": "en_US",
    "email": "member@trial.example.com",
    "group_ids": [Command.set(env.ref("base.group_portal").ids)]})
card = env["crm.club.membership"].enrol(member.partner_id)
card._store({"tier_id": env["crm.club.tier"].search([("code", "=", "G")]).id})
env.flush_all()
env.cr.commit()
"""
STORY = PEOPLE + LIFE + SURVEY_LIFE
