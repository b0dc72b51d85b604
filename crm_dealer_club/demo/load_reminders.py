"""Care in the demo network: rules that are switched on, and a few days of reminders (M5)."""

from datetime import timedelta

_ON = ("insurance", "inspection", "first_service", "maintenance_date", "birthday", "lapse")
_DAYS = 5


def load(env):
    """Switch rules on, and run them for the last days; nothing leaves the database."""
    env = env(context={**env.context, "tracking_disable": True, "tz": "Asia/Shanghai"})
    rules = env["crm.care.rule"]
    for name in _ON:
        rules |= env.ref(f"crm_dealer_club.care_rule_{name}")
    rules.active = True
    _own_rule(env)
    reminders = env["crm.care.reminder"]
    today = rules._today()
    for days in range(_DAYS, -1, -1):
        day = today - timedelta(days=days)
        for rule in rules:
            rule._find(day)
        reminders._send_planned(day)
    # The demo's customers get no messages: what was made is taken as delivered.
    made = reminders.search([])
    made.mail_id.state = "sent"
    made.sms_id.state = "sent"
    for reminder in made.filtered(lambda one: one.state == "sent"):
        moment = reminder.date_sent - timedelta(days=(today - reminder.date).days)
        reminder.date_sent = moment
        reminder.log_id.date = moment


def _own_rule(env):
    """A rule that a dealer added for its own customers."""
    dealer = env["crm.dealer"].search([("manager_id", "!=", False)], limit=1)
    env["crm.care.rule"].create(
        {
            "name": "冬季轮胎到货 Winter tyres in stock",
            "trigger": "season",
            "season_month": 10,
            "season_day": 20,
            "channel": "activity",
            "dealer_id": dealer.id,
            "todo_summary": "冬季轮胎 Winter tyres · {{ object.person_name }}",
            "todo_note": "介绍换胎与轮胎寄存服务。Offer to change and to store the tyres.",
        }
    )
