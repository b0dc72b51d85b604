from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_quality import BAND_LIMITS, BANDS, VERIFIED_STATES

ACCESS = "crm_dealer_grading.group_access"
# Fields of the customer and the columns of ``crm.customer.quality`` behind them. Not stored: the
# table is narrow and written by SQL, res_partner is wide and full of indexes (design rule 1).
_COLUMNS = {
    "completeness": "completeness",
    "verified_state": "verified_state",
    "is_effective": "is_effective",
    "completeness_band": "completeness",
}
_BATCHED = ("completeness", "verified_state", "verified_on", "is_effective", "missing")


class ResPartner(models.Model):
    """How complete and how well verified a customer's file is: filter, group and sort (C2)."""

    _inherit = "res.partner"

    completeness = fields.Float(
        string="Completeness (%)",
        digits=(5, 2),
        compute="_compute_quality",
        compute_sudo=True,  # who may read the customer may see how complete the file is
        search="_search_completeness",
        column_sql="_quality_to_sql",
        groups=ACCESS,
        aggregator=None,
        help="Share of the required data that are filled. Contacts have that of their company.",
    )
    completeness_band = fields.Selection(
        BANDS,
        compute="_compute_quality",
        compute_sudo=True,
        search="_search_completeness_band",
        column_sql="_quality_to_sql",
        groups=ACCESS,
    )
    missing_data = fields.Char(compute="_compute_quality", compute_sudo=True, groups=ACCESS)
    verified_state = fields.Selection(
        VERIFIED_STATES,
        string="Verification",
        compute="_compute_quality",
        compute_sudo=True,
        search="_search_verified_state",
        column_sql="_quality_to_sql",
        groups=ACCESS,
        help="What the call centre found when it asked the customer.",
    )
    verified_on = fields.Date(
        string="Latest Verification", compute="_compute_quality", compute_sudo=True, groups=ACCESS
    )
    is_effective = fields.Boolean(
        string="Effective",
        compute="_compute_quality",
        compute_sudo=True,
        search="_search_is_effective",
        column_sql="_quality_to_sql",
        groups=ACCESS,
        help="All required data are filled, and those that the call centre asks for are "
        "verified correct.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("lang")
    def _compute_quality(self):
        rows = self.env["crm.customer.quality"].search_fetch(
            [("partner_id", "in", self.commercial_partner_id.ids)], ["partner_id", *_BATCHED]
        )
        rows = {row.partner_id.id: row for row in rows}
        none = self.env["crm.customer.quality"]
        for partner in self:
            row = rows.get(partner.commercial_partner_id._origin.id, none)
            partner.completeness = row.completeness
            partner.completeness_band = row and self._completeness_band(row.completeness)
            partner.missing_data = row.missing_text
            partner.verified_state = row.verified_state
            partner.verified_on = row.verified_on
            partner.is_effective = row.is_effective

    @api.model
    def _completeness_band(self, completeness):
        """Return the band of a completeness in percent."""
        for band, lowest in BAND_LIMITS.items():
            if completeness >= lowest:
                return band
        return "low"

    @api.model
    def _invalidate_quality(self):
        self.invalidate_model([*_COLUMNS, "missing_data", "verified_on"])

    # -- Searching ---------------------------------------------------------------------------

    @api.model
    def _search_quality(self, domain):
        # sudo: the row is part of the customer, whose rules the outer search keeps.
        rows = self.env["crm.customer.quality"].sudo()._search(domain)
        return Domain("commercial_partner_id", "in", rows.subselect("partner_id"))

    @api.model
    def _search_completeness(self, operator, value):
        if operator not in ("in", "<", ">", "<=", ">="):
            return NotImplemented
        return self._search_quality(Domain("completeness", operator, value))

    @api.model
    def _search_completeness_band(self, operator, value):
        if operator != "in":
            return NotImplemented
        bands = [self._band_domain(band) for band in value if band]
        found = self._search_quality(Domain.OR(bands))
        return found | ~self._search_quality(Domain.TRUE) if False in value else found

    @api.model
    def _band_domain(self, band):
        limits = list(BAND_LIMITS.values())
        place = [name for name, _label in BANDS].index(band)
        domain = Domain.TRUE
        if place < len(limits):
            domain &= Domain("completeness", ">=", limits[place])
        if place:
            domain &= Domain("completeness", "<", limits[place - 1])
        return domain

    @api.model
    def _search_verified_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self._search_quality(Domain("verified_state", "in", list(value)))
        return found | ~self._search_quality(Domain.TRUE) if False in value else found

    @api.model
    def _search_is_effective(self, operator, value):
        if operator != "in":
            return NotImplemented
        if set(value) == {True, False}:
            return Domain.TRUE
        effective = self._search_quality(Domain("is_effective", "=", True))
        return effective if True in value else ~effective

    def _quality_to_sql(self, alias, name, query):
        column = _COLUMNS[name]
        quality = self._join_of_customer(alias, query, "crm_customer_quality", "quality")
        sql = SQL.identifier(quality, column)
        if name == "is_effective":
            return SQL("COALESCE(%s, FALSE)", sql)
        if name == "completeness_band":
            whens = [SQL("WHEN %s >= %s THEN %s", sql, v, band) for band, v in BAND_LIMITS.items()]
            return SQL(
                "(CASE %s WHEN %s IS NOT NULL THEN 'low' END)", SQL(" ").join(whens), sql
            )
        return sql
