"""Two approve the last step at the same instant: the application is filed once (K2)."""

import pytest
from simultaneous import at_once

from odoo import SUPERUSER_ID, Command, api

ROUNDS = 5
MODULE = "crm_dealer_grading"


@pytest.fixture(name="made")
def _made(registry):
    """A committed application that waits for finance, of whom there are two."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        users = people(env)
        partner = env["res.partner"].create({"name": "Filed Once", "is_company": True})
        yield env, users, partner
        cr.rollback()
        env.invalidate_all()
        remove(env, partner, users)
        cr.commit()


def people(env):
    """A filer, and one or two who sign at each step."""
    groups = {
        "filer": "crm_dealer_grading.group_credit_controller",
        "oem": "crm_dealer_grading.group_oem_manager",
        "credit": "crm_dealer_grading.group_credit_controller",
        "finance1": "account.group_account_manager",
        "finance2": "account.group_account_manager",
    }
    return {
        name: env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": f"Once {name}",
                "login": f"once_{name}",
                "group_ids": [Command.set([env.ref("base.group_user").id, env.ref(group).id])],
            }
        )
        for name, group in groups.items()
    }


def waiting_for_finance(env, users, partner):
    """Id of an application that has all signatures but the last."""
    application = (
        env["crm.credit.application"]
        .with_user(users["filer"])
        .create(
            {
                "partner_id": partner.id,
                "channel_class_id": env.ref(f"{MODULE}.level_channel_retail").id,
                "legal_person": "Li Wei",
                "requested_limit": 1000,
            }
        )
    )
    application.action_submit()
    application.with_user(users["oem"]).action_approve("x")
    assessment = env["crm.credit.assessment"].create({"partner_id": partner.id})
    assessment._store({"state": "done"})
    credit = application.with_user(users["credit"])
    credit.write({"assessment_id": assessment.id, "approved_limit": 1000})
    credit.action_approve("x")
    env.cr.commit()
    return application.id


def remove(env, partner, users):
    """Take away what the test made."""
    cr, partner_id = env.cr, partner.id
    cr.execute("DELETE FROM crm_credit_limit_change WHERE partner_id = %s", [partner_id])
    cr.execute("DELETE FROM crm_credit_file WHERE partner_id = %s", [partner_id])
    cr.execute(
        "DELETE FROM mail_activity WHERE res_model = 'crm.credit.application' AND res_id IN"
        " (SELECT id FROM crm_credit_application WHERE partner_id = %s)",
        [partner_id],
    )
    cr.execute("DELETE FROM crm_credit_application WHERE partner_id = %s", [partner_id])
    cr.execute("DELETE FROM crm_credit_assessment WHERE partner_id = %s", [partner_id])
    env.invalidate_all()
    env["res.partner"].search([("parent_id", "=", partner_id)]).unlink()
    partner.unlink()
    everybody = env["res.users"].union(*users.values())
    contacts = everybody.partner_id
    everybody.unlink()
    contacts.unlink()


def approve(application_id):
    return lambda env: env["crm.credit.application"].browse(application_id).action_approve("Now")


@pytest.mark.parametrize("names", [("finance1", "finance2"), ("finance1", "finance1")])
def test_filed_once(registry, made, names):
    env, users, partner = made
    for number in range(1, ROUNDS + 1):
        application_id = waiting_for_finance(env, users, partner)
        works = [approve(application_id)] * len(names)
        outcomes = at_once(registry, works, [users[name].id for name in names])
        assert outcomes.count("done") == 1, outcomes
        assert None not in outcomes
        env.cr.rollback()
        env.invalidate_all()
        application = env["crm.credit.application"].browse(application_id)
        assert application.state == "filed"
        changes = env["crm.credit.limit.change"].search(
            [("partner_id", "=", partner.id), ("source", "=", "application")]
        )
        assert len(changes) == number
