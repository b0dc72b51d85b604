"""Orders of members with what their cards give, over the last months (M2)."""

from datetime import timedelta

from odoo import Command, fields

_QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "sale_no_log_for_new_lines": True,
    "tz": "Asia/Shanghai",
}
_CARTS = (
    ("maintenance_labour", "oil"),
    ("paint_labour",),
    ("brake_labour", "pads"),
    ("battery",),
    ("towing",),
    ("maintenance_labour", "oil", "battery"),
)
_CARDS = ("diamond", "gold", "silver")
_ORDERS, _DAYS_APART = 8, 19


def load(env):
    """Create a few orders for each card: most confirmed, one sent, one a draft."""
    env = env(context={**env.context, **_QUIET})
    _in_company_currency(env)
    for card in _CARDS:
        tier = env.ref(f"crm_dealer_club.tier_{card}")
        members = env["crm.club.membership"].search(
            [
                ("tier_id", "=", tier.id),
                ("state", "=", "active"),
                ("partner_id.is_company", "=", False),
            ],
            limit=_ORDERS,
            order="id",
        )
        orders = env["sale.order"].create(
            [_order(env, member, number) for number, member in enumerate(members)]
        )
        _confirm(orders[2:])
        orders[1:2].action_quotation_sent()


def _in_company_currency(env):
    """Prices of the products are in yuan; roughly so much in another currency."""
    if env.company.currency_id.name == "CNY":
        return
    for name in sorted({name for cart in _CARTS for name in cart}):
        product = env.ref(f"crm_dealer_club.product_{name}")
        product.list_price = round(product.list_price / 7)


def _order(env, member, number):
    dealer = member.dealer_id
    return {
        "partner_id": member.partner_id.id,
        "dealer_id": dealer.id,
        "user_id": dealer.manager_id.id,
        "fiscal_position_id": False,
        "order_line": [
            Command.create({"product_id": env.ref(f"crm_dealer_club.product_{name}").id})
            for name in _CARTS[number % len(_CARTS)]
        ],
    }


def _confirm(orders):
    """As of days in the past; a job would have done it then."""
    now = fields.Datetime.now()
    for number, order in enumerate(orders):
        order.write(
            {"state": "sale", "date_order": now - timedelta((number + 1) * _DAYS_APART)}
        )
