"""What an order brought, as SQL, in its company's currency without tax. No ORM."""

from odoo.tools import SQL


def order_revenue(alias):
    """SQL of what the order ``alias`` brought: its amount less what was credited of it."""
    order = SQL.identifier(alias)
    # Orders of before the addons have no figure of their own (``sale.order.crm_revenue``).
    revenue = SQL("COALESCE(%(order)s.crm_revenue, %(order)s.amount_untaxed)", order=order)
    return SQL("(%s / COALESCE(NULLIF(%s.currency_rate, 0), 1))", revenue, order)
