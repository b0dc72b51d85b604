from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HelpdeskTicket(models.Model):
    """A ticket of ours: a complaint (M7) or a call for help (M8). Others stay as they are."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "crm.dealer.document"]

    crm_kind = fields.Selection(
        related="team_id.crm_kind", string="Dealer CRM", store=True, index="btree_not_null"
    )
    crm_step = fields.Char(related="stage_id.crm_step", store=True)
    # Only ours have a dealer; it cannot be known before the team is.
    dealer_id = fields.Many2one(precompute=False, index="btree_not_null", tracking=True)
    vehicle_id = fields.Many2one(
        "crm.vehicle", index="btree_not_null", ondelete="set null", tracking=True
    )
    vehicle_model_id = fields.Many2one(
        related="vehicle_id.model_id", store=True, index="btree_not_null"
    )
    plate = fields.Char(related="vehicle_id.plate")
    visit_id = fields.Many2one(
        "crm.service.visit",
        index="btree_not_null",
        ondelete="set null",
        domain="[('vehicle_id', '=?', vehicle_id)]",
        help="The visit to the workshop that it is about.",
    )
    partner_phone = fields.Char(
        string="Phone", help="Where to reach who called; the customer's own number is not changed."
    )
    currency_id = fields.Many2one(related="company_id.currency_id", string="Currency")

    _crm_open_index = models.Index(
        "(crm_kind, dealer_id) WHERE crm_kind IS NOT NULL AND active"
    )
    # Of all tickets: privacy looks up others' as well.
    _crm_partner_index = models.Index("(partner_id) WHERE partner_id IS NOT NULL")
    _crm_customer_index = models.Index(
        "(commercial_partner_id) WHERE commercial_partner_id IS NOT NULL"
    )

    @api.depends("crm_kind", "partner_id", "vehicle_id", "visit_id")
    def _compute_dealer_id(self):
        ours = self.filtered("crm_kind")
        (self - ours).dealer_id = False
        return super(HelpdeskTicket, ours)._compute_dealer_id()

    def _dealer_of_origin(self):
        """Where the work was done, else who looks after the customer, else the vehicle."""
        # sudo: whose it is decides, even where the dealer is in another company.
        ticket = self.sudo()
        dealer = (
            ticket.visit_id.dealer_id or ticket.partner_id.dealer_id or ticket.vehicle_id.dealer_id
        )
        return dealer.sudo(self.env.su)

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"user_id"}

    @api.depends("name", "crm_kind")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for ticket in self.filtered("crm_kind"):
            if not ticket._origin.id:
                ticket.display_name = self.env._("New")
        return result

    @api.onchange("visit_id")
    def _onchange_visit_id(self):
        if self.visit_id:
            self.vehicle_id = self.visit_id.vehicle_id

    @api.onchange("vehicle_id")
    def _onchange_vehicle_id(self):
        if self.vehicle_id and not self.partner_id:
            self.partner_id = self.vehicle_id.partner_id

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        result = super()._onchange_partner_id()
        if self.partner_id and (self.crm_kind or self.env.context.get("default_crm_kind")):
            self.partner_phone = self.partner_id.phone
        return result

    @api.constrains("category_id", "team_id")
    def _check_category_kind(self):
        for ticket in self:
            # sudo: the rule is about the category, whoever may see it.
            category = ticket.sudo().category_id
            if category and (category.crm_kind or False) != (ticket.sudo().crm_kind or False):
                raise ValidationError(
                    self.env._(
                        "“%s” is no cause of this kind of ticket. Choose one of the list.",
                        category.display_name,
                    )
                )

    @api.model
    def default_get(self, fields):
        """A new one of a kind goes to the team of that kind."""
        kind = self.env.context.get("default_crm_kind")
        if kind and not self.env.context.get("default_team_id"):
            team = self.env["helpdesk.ticket.team"]._crm_team(kind)
            self = self.with_context(default_team_id=team.id)
        defaults = super().default_get(fields)
        if kind and "default_user_id" not in self.env.context:
            defaults.pop("user_id", None)
        return defaults

    @api.model
    def _crm_form_views(self):
        """``{kind: xmlid of its form}``; extend it with your kind."""
        return {}

    def get_formview_id(self, access_uid=None):
        """Wherever one of ours is opened from, it opens in its own form."""
        view = self._crm_form_views().get(self[:1].sudo().crm_kind)
        return self.env.ref(view).id if view else super().get_formview_id(access_uid)

    @api.model
    def _open_for_customer(self, partner, kind=None):
        """Our open tickets of a customer (with its contacts), newest first, as superuser.

        The caller makes sure that it acts for the customer.
        """
        customer = partner.commercial_partner_id
        domain = [
            ("crm_kind", "=", kind) if kind else ("crm_kind", "!=", False),
            ("commercial_partner_id", "=", customer.id),
            ("stage_id.closed", "=", False),
        ]
        return self.sudo().search(domain, order="date_received desc, id desc")
