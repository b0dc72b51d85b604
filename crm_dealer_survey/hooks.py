"""Hooks: nothing of the surveys stays behind."""

from odoo.addons.crm_dealer_grading.tools.uninstall import (
    drop_counters,
    drop_functions,
    drop_own_keys,
    drop_parameters,
    forget_mixins,
    stop_computing,
)

from .models.programme.crm_satisfaction_settled import TOUCHED


def uninstall_hook(env):
    """Give G6 its own source back; our tables go as a whole, whatever hangs on what."""
    env["crm.grading.metric"]._hear_contacts_only()
    drop_counters(env, "crm_dealer_survey")
    env.flush_all()
    drop_functions(env, TOUCHED)
    drop_own_keys(env, "crm_dealer_survey")
    forget_mixins(env.cr)
    drop_parameters(env, "crm_dealer_survey")
    stop_computing(env)
