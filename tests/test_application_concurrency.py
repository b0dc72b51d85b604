"""Two approve the last step at the same instant: the application is filed once (K2)."""

import threading

import psycopg2
import pytest

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.tools import mute_logger

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


def at_once(registry, application_id, logins):
    """Each approves on a connection of its own from one instant on; what came of it."""
    barrier, outcomes = threading.Barrier(len(logins)), [None] * len(logins)

    def run(index, user_id):
        with registry.cursor() as cr:
            env = api.Environment(cr, user_id, {"tracking_disable": True})
            application = env["crm.credit.application"].browse(application_id)
            assert application.state == "submitted"  # the snapshot is taken
            barrier.wait(30)
            for _attempt in range(5):
                try:
                    with mute_logger("odoo.sql_db"):
                        application.action_approve("At once")
                        cr.commit()
                    outcomes[index] = "done"
                    return
                except psycopg2.errors.SerializationFailure:
                    # As the server does: once more, with what the other one did in sight.
                    cr.rollback()
                    env.transaction.reset()
                except UserError as error:
                    cr.rollback()
                    outcomes[index] = str(error)
                    return

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(logins)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


@pytest.mark.parametrize("names", [("finance1", "finance2"), ("finance1", "finance1")])
def test_filed_once(registry, made, names):
    env, users, partner = made
    for number in range(1, ROUNDS + 1):
        application_id = waiting_for_finance(env, users, partner)
        outcomes = at_once(registry, application_id, [users[name].id for name in names])
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
