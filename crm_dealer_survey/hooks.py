"""Hooks: nothing of the surveys stays behind."""

from odoo.addons.crm_dealer_grading.tools.uninstall import (
    drop_counters,
    drop_foreign_keys,
    drop_own_keys,
    drop_parameters,
    drop_triggers,
    forget_mixins,
    stop_computing,
)

_TOPICS = (
    "satisfaction", "followup", "rectification", "assessment", "audit", "improvement", "training",
    "year_plan",
)  # fmt: skip


def uninstall_hook(env):
    """Give G6 its own source back; our tables go as a whole, whatever hangs on what."""
    env["crm.grading.metric"]._hear_contacts_only()
    drop_counters(env, "crm_dealer_survey")
    env.flush_all()
    drop_triggers(env.cr, "^crm_(assessment|satisfaction)(_|$)")
    drop_foreign_keys(env.cr, f"^crm_({'|'.join(_TOPICS)})(_|$)")
    drop_own_keys(env.cr, "crm_dealer_survey")  # of columns in others' tables
    forget_mixins(env.cr)
    drop_parameters(env, "crm_dealer_survey")
    stop_computing(env)
