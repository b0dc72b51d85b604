from odoo import fields, models
from odoo.tools import SQL


class CrmClubBenefitReport(models.Model):
    """What cards gave on confirmed orders, without tax, in the company's currency (M2)."""

    _name = "crm.club.benefit.report"
    _description = "Benefits Given"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "order_id"

    date = fields.Datetime(string="Order Date", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Member", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    benefit_id = fields.Many2one("crm.club.benefit", readonly=True)
    tier_id = fields.Many2one("crm.club.tier", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["crm.club.benefit"]._fields["kind"]._description_selection(self.env),
        readonly=True,
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    saving = fields.Monetary(string="Discount Given", readonly=True, aggregator="sum")
    amount = fields.Monetary(string="Amount Paid", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """SELECT line.id, sale.date_order AS date, sale.id AS order_id,
                      customer.commercial_partner_id AS partner_id, line.product_id,
                      line.club_benefit_id AS benefit_id, benefit.tier_id, benefit.kind,
                      sale.dealer_id, dealer.region_id, sale.company_id,
                      company.currency_id,
                      line.club_saving / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS saving,
                      line.price_subtotal / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS amount
                 FROM sale_order_line line
                 JOIN sale_order sale ON sale.id = line.order_id
                 JOIN res_partner customer ON customer.id = sale.partner_id
                 JOIN crm_club_benefit benefit ON benefit.id = line.club_benefit_id
                 JOIN res_company company ON company.id = sale.company_id
            LEFT JOIN crm_dealer dealer ON dealer.id = sale.dealer_id
                WHERE line.club_benefit_id IS NOT NULL AND sale.state = 'sale'"""
        )
