from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from .res_users import DEALER_USER


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.dealer.scope", "crm.dealer.served"]

    dealer_id = fields.Many2one(
        "crm.dealer",
        string="Home Dealer",
        default=lambda self: self.env.user._default_dealer(),
        ondelete="restrict",
        tracking=True,
        help="The dealer whose customer it is. Users with a dealer role see the customers of "
        "their own dealers only; contacts without a dealer are seen by all.",
    )
    serving_dealer_ids = fields.Many2many(
        "crm.dealer",
        "crm_dealer_partner_serving_rel",
        "partner_id",
        "dealer_id",
        string="Also Served By",
        copy=False,
        help="Further dealers that serve this customer and see the file.",
    )
    # Not tracked, as the dealer's own region is: each write would read the dealer for it.
    dealer_region_id = fields.Many2one(
        related="dealer_id.region_id", string="Dealer Region", tracking=False
    )

    # The rule on customers asks each of its alternatives; one without index would read them all.
    _internal_users_index = models.Index("(id) WHERE partner_share IS NOT TRUE")

    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "dealer_id", "serving_dealer_ids"]

    def _in_sight(self):
        """Those of ``self`` whose dealer, or lack of one, lets the *user* see them.

        Also where a superuser asks in the user's name, as for a stored compute. For users
        without a dealer role that is everybody, at no cost.
        """
        user = self.env.user
        if not self or not user.has_group(DEALER_USER):
            return self
        # The record behind one that is being edited; a new one is the user's own.
        real = self._origin.with_user(user)
        hidden = real - real._filtered_access("read")
        # Customers of the own dealers stay named where another company is selected.
        hidden = hidden.sudo().filtered("dealer_id")
        own = user._own_dealers() if hidden else hidden.dealer_id
        ids = set(hidden.filtered(lambda partner: partner.dealer_id not in own).ids)
        return self.filtered(lambda partner: partner._origin.id not in ids) if ids else self

    @api.model
    def _name_out_of_sight(self):
        return self.env._("Customer of another dealer")

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Whoever names a customer's id in any many2one learns nothing: core gives its name,
        and by context the e-mail and the address, with all rights."""
        shown = self._in_sight()
        (self - shown).display_name = self._name_out_of_sight()
        return super(ResPartner, shown)._compute_display_name()

    @api.depends_context("uid")
    def _compute_same_vat_partner_id(self):
        """Core looks for duplicates with all rights: a foreign dealer's stay unnamed."""
        result = super()._compute_same_vat_partner_id()
        if self._acts_for_dealers():
            names = ("same_vat_partner_id", "same_company_registry_partner_id")
            found = self.browse(partner[name].id for partner in self for name in names)
            hidden = found - found._filtered_access("read")
            for partner in self:
                for name in names:
                    partner[name] -= hidden
        return result

    def _commercial_sync_from_company(self):
        result = super()._commercial_sync_from_company()
        self._sync_dealer_from_company()
        return result

    def _fields_sync(self, values):
        result = super()._fields_sync(values)
        if {"dealer_id", "serving_dealer_ids", "is_company"} & values.keys():
            # The contact follows its company, which the user may write or not.
            self.sudo()._sync_dealer_from_company()
        return result

    def _sync_dealer_from_company(self):
        """A contact has the dealers of its company, none included: core copies only values."""
        company = self.commercial_partner_id
        if company == self or not company:
            return
        vals = {}
        if self.dealer_id != company.dealer_id:
            vals["dealer_id"] = company.dealer_id.id
        if self.serving_dealer_ids != company.serving_dealer_ids:
            vals["serving_dealer_ids"] = [Command.set(company.serving_dealer_ids.ids)]
        if vals:
            self.write(vals)

    def write(self, vals):
        if self._acts_for_dealers():
            # Before core, which writes some fields as superuser.
            self._check_dealer_change(vals)
        before = self.grouped("dealer_id") if "dealer_id" in vals else {}
        result = super().write(vals)
        for dealer, partners in before.items():
            if dealer and dealer.id != vals["dealer_id"]:
                partners._hand_over_open_leads(dealer, vals["dealer_id"])
        return result

    def _hand_over_open_leads(self, old, new_id):
        """Open leads of ``self`` move with the customer; finished work stays where it was done."""
        # Who may move the customer moves its leads: the new dealer's are out of sight.
        leads = (
            self.env["crm.lead"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.ids),
                    ("dealer_id", "=", old.id),
                    ("won_status", "=", "pending"),
                ]
            )
        )
        if leads:
            leads.write({"dealer_id": new_id})

    @api.model
    def _dealer_origin_field(self):
        return "parent_id"

    @api.model
    def _home_dealer_fields(self):
        # Each would take the customer over, or out of the home dealer's sight.
        return {"parent_id", "is_company", "active", "company_id"}

    def _check_dealer_change(self, vals):
        super()._check_dealer_change(vals)
        if "serving_dealer_ids" not in vals:
            return
        # Whose customer it is decides, even where the dealer's company is not selected.
        if self.sudo().dealer_id - self.env.user._own_dealers():
            raise AccessError(
                self.env._(
                    "Only the customer's home dealer decides who else serves the customer. "
                    "To take a customer in, receive the vehicle by its VIN or plate."
                )
            )

    def _serve_by(self, dealer):
        """Let ``dealer`` serve the customers ``self`` and see their files (design rule 0).

        The caller has made sure that there is a reason, such as the customer's vehicle at the
        dealer's door. Each customer's chatter says who took it in. Returns the customers that
        were not served by ``dealer`` before.
        """
        dealer.ensure_one()
        user = self.env.user
        if self._acts_for_dealers() and dealer not in user._own_dealers():
            raise AccessError(
                self.env._("You can take customers in for your own dealers only, not for another.")
            )
        # The customer is out of the user's sight until this very link exists; the check above
        # and the caller's reason stand in for the right to write it.
        customers = self.sudo().commercial_partner_id.filtered(
            lambda c: dealer not in c.dealer_id | c.serving_dealer_ids
        )
        for customer in customers:
            customer.serving_dealer_ids = [Command.link(dealer.id)]
            customer.message_post(
                body=self.env._(
                    "Served by %(dealer)s (%(user)s)", dealer=dealer.name, user=user.name
                ),
                author_id=user.partner_id.id,
            )
        return customers.sudo(self.env.su)
