from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

# What decides which program is the club's.
_CLUB_KEYS = {"is_club", "company_id", "active"}


class LoyaltyProgram(models.Model):
    """The club's points are cards of a loyalty program of the ERP (M3).

    Rewards are the ERP's own. What is earned, and when, says the club: after payment, by
    ``crm.club.point.rule``; the ERP's rules of the program give nothing.
    """

    _inherit = "loyalty.program"

    is_club = fields.Boolean(
        string="Club Points",
        copy=False,
        help="The points of the owners' club: earned after payment by the club's point rules, "
        "kept in a ledger, used by members alone. One program a company, or one for all.",
    )
    points_validity_months = fields.Integer(
        string="Points Valid for (Months)",
        default=24,
        help="Points expire at the end of the month that many months after they were earned.",
    )
    expiry_notice_days = fields.Integer(
        string="Notice before Expiry (Days)",
        default=30,
        help="The member is told by e-mail so long before points expire. 0: no notice.",
    )
    giveback_days = fields.Integer(
        string="Grace for Returned Points (Days)",
        default=30,
        help="Points of a cancelled order go back to where they came from. Those whose last day "
        "is past by then stay usable for this long.",
    )
    forfeit_on_leaving = fields.Boolean(
        string="Leaving Forfeits Points",
        default=True,
        help="Who leaves the club loses the points at once. Otherwise they are frozen, expire as "
        "they would, and what is left can be used again after a return.",
    )
    adjust_limit = fields.Float(
        string="Dealers May Adjust (Points)",
        default=500,
        help="How many points a dealer's manager may add or take in all for one member in a "
        "calendar month. The manufacturer's manager has no limit.",
    )
    point_value = fields.Float(
        string="Value of a Point",
        digits=(16, 4),
        default=0.1,
        help="In the program's currency; for the liability report.",
    )
    visit_points_when = fields.Selection(
        [("paid", "Delivered and Paid"), ("delivered", "Delivered")],
        string="Visits Earn when",
        default="paid",
        help="A visit with an order earns through the order's invoices, never twice.",
    )
    point_rule_ids = fields.One2many("crm.club.point.rule", "program_id", string="Point Rules")

    _club_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE is_club AND active",
        "The company has a program for the club's points already.",
    )
    _club_numbers = models.Constraint(
        "CHECK(points_validity_months > 0 AND expiry_notice_days >= 0 AND giveback_days >= 0 "
        "AND adjust_limit >= 0 AND point_value >= 0)",
        "Points are valid for one month at least; days, limits and values are zero or more.",
    )

    @api.depends("coupon_ids")
    def _compute_coupon_count(self):
        """Who sees programs is told how many cards there are, also where cards are closed."""
        cards = self.env["loyalty.card"]
        # sudo: a number, of no dealer and no customer.
        programs = self if cards.has_access("read") else self.sudo()
        return super(LoyaltyProgram, programs)._compute_coupon_count()

    @api.constrains("is_club", "program_type", "applies_on")
    def _check_club_type(self):
        for program in self.filtered("is_club"):
            if program.program_type != "loyalty" or program.applies_on != "both":
                raise ValidationError(
                    self.env._(
                        "The club's points need a program of the type “Loyalty Cards” whose "
                        "points can be used at once and later."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        if any(programs.mapped("is_club")):
            self.env.registry.clear_cache()
        return programs

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, *self._closed_links())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Whoever may read none of what a field links to, as tills, opens programs without it."""
        arch, view = super()._get_view(view_id, view_type, **options)
        for name in self._closed_links():
            for node in arch.xpath(f"//field[@name='{name}'] | //label[@for='{name}']"):
                node.getparent().remove(node)
        return arch, view

    @api.model
    def _closed_links(self):
        """Names of the fields of other addons that link to what the user may not read."""
        return [
            name
            for name, field in self._fields.items()
            if field.relational and not self.env[field.comodel_name].has_access("read")
        ]

    @api.ondelete(at_uninstall=True)
    def _unlink_forget_club(self):
        if any(self.mapped("is_club")):
            self.env.registry.clear_cache()

    def write(self, vals):
        if "is_club" in vals or "company_id" in vals:
            # sudo: whether there are cards is the rule, whoever may see them.
            cards = self.env["loyalty.card"].sudo().with_context(active_test=False)
            changed = self.filtered(
                lambda program: (
                    program.is_club != vals.get("is_club", program.is_club)
                    or program.is_club
                    and program.company_id.id
                    != (vals.get("company_id", program.company_id.id) or False)
                )
            )
            if cards.search_count([("program_id", "in", changed.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "Members have points of this program. Archive it and make another one."
                    )
                )
        result = super().write(vals)
        if not _CLUB_KEYS.isdisjoint(vals):
            self.env.registry.clear_cache()
        if "is_club" in vals:
            # Rules judge what was; a dealer's own program does not become the club's either.
            self.check_access("write")
        return result

    @api.model
    def _of_club(self, company):
        """The program of the club's points that counts in ``company``: its own, else the common.

        :return: a program in superuser mode, or none
        """
        # sudo: what the club's points are is the same for everybody.
        return self.sudo().browse(self._id_of_club(company.id))

    @api.model
    @ormcache("company_id")
    def _id_of_club(self, company_id):
        company = self.env["res.company"].sudo().browse(company_id)
        programs = self.sudo().search(
            [("is_club", "=", True), ("company_id", "in", [*company.parent_ids.ids, False])]
        )
        nearest = programs.sorted(
            lambda program: len(program.company_id.parent_path or ""), reverse=True
        )
        return nearest[:1].id

    def _last_day_of_points(self, day):
        """The last day of points that are earned on ``day``."""
        self.ensure_one()
        return day + relativedelta(months=self.points_validity_months, day=31)

    def _rules_for(self, kind):
        """The program's point rules for ``kind``."""
        return self.point_rule_ids.filtered(lambda rule: rule.active and rule.kind == kind)

    def _from_company_currency(self, company, day):
        """What one unit of the company's currency is on ``day``, in the program's."""
        self.ensure_one()
        if company.currency_id == self.currency_id:
            return 1
        return self.env["res.currency"]._get_conversion_rate(
            company.currency_id, self.currency_id, company, day
        )
