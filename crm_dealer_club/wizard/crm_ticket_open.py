from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.ticket.crm_ticket_setting import KINDS

_FEWEST_DIGITS = 4
_MOST_FOUND = 8
_ACTIONS = {"complaint": "crm_dealer_club.helpdesk_ticket_action_complaint"}


class CrmTicketOpen(models.TransientModel):
    """Takes a complaint or a call for help while the customer is on the phone (M7, M8).

    Who calls is found by phone, plate or VIN, in the sight of the user; nobody found is no
    obstacle.
    """

    _name = "crm.ticket.open"
    _description = "Take a Complaint or a Call for Help"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("partner_id", "vehicle_id")

    crm_kind = fields.Selection(KINDS, string="Kind", required=True, default="complaint")
    query = fields.Char(string="Phone, Plate or VIN", help="Spaces do not matter.")
    found_vehicle_ids = fields.Many2many(
        "crm.vehicle", compute="_compute_found", string="Vehicles Found"
    )
    found_partner_ids = fields.Many2many(
        "res.partner", compute="_compute_found", string="Customers Found"
    )
    found_text = fields.Char(compute="_compute_found")
    vehicle_id = fields.Many2one(
        "crm.vehicle", compute="_compute_vehicle_id", store=True, readonly=False
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        help="Leave it empty when nobody knows the caller yet.",
    )
    partner_name = fields.Char(string="Name of the Caller")
    partner_phone = fields.Char(
        string="Phone", compute="_compute_partner_phone", store=True, readonly=False
    )
    partner_email = fields.Char(string="E-Mail")
    dealer_id = fields.Many2one("crm.dealer", help="Empty: that of the customer or the vehicle.")
    open_ids = fields.Many2many(
        "helpdesk.ticket", compute="_compute_open_ids", string="Open Already"
    )
    channel_id = fields.Many2one(
        "helpdesk.ticket.channel",
        string="Source",
        domain="[('crm_kind', 'in', ['all', crm_kind])]",
        default=lambda self: self.env.ref("crm_dealer_club.channel_phone", False),
    )
    name = fields.Char(string="What It Is About")
    description = fields.Text(string="What the Customer Says")
    press_alert = fields.Boolean()

    @api.depends("query")
    def _compute_found(self):
        for wizard in self:
            vehicles, partners = wizard._find()
            wizard.found_vehicle_ids, wizard.found_partner_ids = vehicles, partners
            wizard.found_text = False
            if wizard.query and not vehicles and not partners:
                wizard.found_text = self.env._(
                    "Nobody is known by this. Note name and phone of the caller."
                )

    def _find(self):
        """``(vehicles, customers)`` by a phone number, plate or VIN, as far as the user sees."""
        vehicles, partners = self.env["crm.vehicle"], self.env["res.partner"]
        text = (self.query or "").strip()
        if sum(char.isalnum() for char in text) < _FEWEST_DIGITS:
            return vehicles, partners
        vehicles = vehicles.search([("display_name", "ilike", text)], limit=_MOST_FOUND)
        if not any(char.isalpha() for char in text):
            partners = partners.search(partners._phone_domain(text), limit=_MOST_FOUND)
        return vehicles, (partners | vehicles.partner_id)[:_MOST_FOUND]

    @api.depends("query")
    def _compute_vehicle_id(self):
        for wizard in self:
            found = wizard.found_vehicle_ids
            wizard.vehicle_id = found if len(found) == 1 else wizard.vehicle_id & found

    @api.depends("query", "vehicle_id")
    def _compute_partner_id(self):
        for wizard in self:
            found = wizard.vehicle_id.partner_id or wizard.found_partner_ids
            if wizard.found_text and not wizard.vehicle_id:
                wizard.partner_id = False  # not the one of the search before
            else:
                wizard.partner_id = found if len(found) == 1 else wizard.partner_id

    @api.depends("partner_id", "query")
    def _compute_partner_phone(self):
        for wizard in self:
            text = wizard.query or ""
            dialled = text if text and not any(char.isalpha() for char in text) else False
            noted = wizard.partner_phone if not wizard._is_phone_of_another() else False
            wizard.partner_phone = noted or dialled or wizard.partner_id.phone

    def _is_phone_of_another(self):
        """Whether the phone stayed from a customer who was found before."""
        if not self.partner_phone:
            return False
        partners = self.env["res.partner"]
        same = Domain("phone", "=", self.partner_phone) & partners._phone_domain(self.partner_phone)
        known = partners.search(same, limit=2)
        return bool(known) and self.partner_id._origin not in known

    @api.depends("partner_id", "vehicle_id", "crm_kind")
    def _compute_open_ids(self):
        for wizard in self:
            tickets = self.env["helpdesk.ticket"]
            about = Domain.FALSE
            if customer := wizard.partner_id.commercial_partner_id:
                about |= Domain("commercial_partner_id", "=", customer._origin.id)
            if wizard.vehicle_id:
                about |= Domain("vehicle_id", "=", wizard.vehicle_id._origin.id)
            kind = Domain("crm_kind", "=", wizard.crm_kind) & Domain("closed", "=", False)
            found = tickets.search(kind & about, limit=_MOST_FOUND)
            wizard.open_ids = [Command.set(found.ids)]

    def action_open(self):
        """Open the ticket, and show it."""
        self.ensure_one()
        if not (self.name or "").strip():
            raise UserError(self.env._("Say in a few words what it is about."))
        ticket = self.env["helpdesk.ticket"].create(self._ticket_values())
        form = [(ticket.get_formview_id(), "form")]
        action = {}
        if xmlid := _ACTIONS.get(self.crm_kind):
            # Reloading the page comes back to the same screen.
            action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, **ticket._get_records_action(views=form, context={})}

    def _ticket_values(self):
        values = {
            "crm_kind": self.crm_kind,
            "name": self.name,
            "description": self.description or self.name,
            "partner_id": self.partner_id.id,
            "partner_name": self.partner_name or self.partner_id.name,
            "partner_phone": self.partner_phone,
            "partner_email": self.partner_email or self.partner_id.email,
            "vehicle_id": self.vehicle_id.id,
            "channel_id": self.channel_id.id,
            "press_alert": self.press_alert,
        }
        if self.dealer_id:
            values["dealer_id"] = self.dealer_id.id
        return values
