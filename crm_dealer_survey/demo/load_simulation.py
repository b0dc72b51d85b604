"""A policy that is tried out (S9).

The story: sales satisfaction shall weigh as much as that of the workshop, the bonus shall reach
fewer dealers and be higher, and whoever is last twice running shall be reviewed. The manufacturer's
manager replays the months of the demo network before deciding.
"""

from odoo import Command

_NOTE = (
    "销售与售后满意度权重各半；奖金只给前四分之一，金额提高；连续两期末位进入退出评审。"
    "先按历史月份试算，再决定是否采用。"
)


def load(env):
    """By the manufacturer's manager, through the buttons."""
    oem = env.ref("crm_dealer_grading.user_oem")
    env = env(user=oem, context={**env.context, "tracking_disable": True})
    policy = env.ref("crm_dealer_survey.policy_monthly")
    opened = policy.action_try_out()
    simulation = env[opened["res_model"]].browse(opened["res_id"])
    _change(simulation.policy_id)
    simulation.write({"name": "月度考核：权重各半、奖金集中", "note": _NOTE})
    simulation.action_run()


def _change(trial):
    trial.component_ids.write({"weight": 50})
    bonus = trial.rule_ids.filtered(lambda rule: rule.kind == "bonus")
    bonus.step_ids.unlink()
    bonus.step_ids = [Command.create({"up_to": 25, "reward": 18000})]
    trial.rule_ids = [
        Command.create({"name": "Exit review", "kind": "exit", "places": 1, "periods": 2})
    ]
