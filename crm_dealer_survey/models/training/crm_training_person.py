from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.crm_dealer_grading.tools.counting import count_by


class CrmTrainingPerson(models.Model):
    """Somebody who is trained: of a dealer's staff, or the manufacturer's (S7).

    A person who changes dealers keeps the certificates; what was attended counts for the dealer
    of that day, which the participation itself remembers.
    """

    _name = "crm.training.person"
    _description = "Person in Training"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.dealer.scope"]
    _order = "name, id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_company', '=', False)]",
        help="A user's own contact, or that of an employee without a user.",
    )
    name = fields.Char(related="partner_id.name", store=True)
    email = fields.Char(related="partner_id.email")
    user_id = fields.Many2one("res.users", compute="_compute_user_id", compute_sudo=True)
    dealer_id = fields.Many2one(
        "crm.dealer",
        default=lambda self: self.env.user._default_dealer(),
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Where the person works now. Empty: call centre and branches of the manufacturer.",
    )
    region_id = fields.Many2one(
        related="dealer_id.region_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="dealer_id.company_id", store=True)
    role_id = fields.Many2one(
        "crm.training.role",
        string="Job",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Says which courses the person needs.",
    )
    active = fields.Boolean(default=True, tracking=True)
    participant_ids = fields.One2many(
        "crm.training.participant", "person_id", string="Trainings"
    )
    training_count = fields.Integer(string="Trained", compute="_compute_counts")
    lack_count = fields.Integer(
        string="Missing Certificates",
        compute="_compute_counts",
        help="Courses that the job requires and of which there is no valid certificate.",
    )

    _partner_uniq = models.UniqueIndex(
        "(partner_id) WHERE active IS TRUE", "This person is on the training register already."
    )

    @api.depends("partner_id")
    def _compute_user_id(self):
        users = self.env["res.users"].search([("partner_id", "in", self.partner_id.ids)])
        of_partner = {user.partner_id: user for user in users}
        for person in self:
            person.user_id = of_partner.get(person.partner_id._origin, False)

    @api.depends_context("uid")
    def _compute_counts(self):
        held = [("state", "=", "attended")]
        done = count_by(self.env["crm.training.participant"], "person_id", self, held)
        lacks = [("status", "in", ("missing", "expired"))]
        missing = count_by(self.env["crm.training.standing"], "person_id", self, lacks)
        for person in self:
            person.training_count = done.get(person._origin, 0)
            person.lack_count = missing.get(person._origin, 0)

    @api.constrains("partner_id")
    def _check_person(self):
        there = self.sudo().with_context(active_test=False)
        for person in self.sudo():  # sudo: what the contact is decides
            twin = [("partner_id", "=", person.partner_id.id), ("id", "!=", person.id)]
            if there.search_count(twin, limit=1):
                raise ValidationError(
                    self.env._(
                        "%s is on the training register already, perhaps archived or at another "
                        "dealer. Ask the manufacturer's manager.",
                        person.partner_id.name,
                    )
                )
            if person.partner_id.is_company:
                raise ValidationError(
                    self.env._("“%s” is a company. Choose a person.", person.partner_id.name)
                )

    @api.constrains("partner_id", "dealer_id")
    def _check_employer(self):
        """Nobody is put on the register of a dealer where the user does not work."""
        for person in self.sudo():  # sudo: where somebody works decides
            user = person.partner_id.user_ids.filtered(lambda u: not u.share)[:1]
            if user and person.dealer_id and person.dealer_id not in user.dealer_ids:
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work at %(dealer)s. Add the user to the dealer's "
                        "staff first.",
                        person=person.name,
                        dealer=person.dealer_id.name,
                    )
                )

    def write(self, vals):
        if "partner_id" in vals and not self.env.su:
            others = self.filtered(lambda p: p.partner_id.id != vals["partner_id"])
            # sudo: what was attended anywhere counts.
            if others.sudo().participant_ids:
                raise UserError(
                    self.env._("Trainings hang on %s: add another person.", others[0].name)
                )
        return super().write(vals)

    def action_open_participants(self):
        """Open what these people attended or are registered for."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_training_participant_action"
        )
        return {**action, "domain": [("person_id", "in", self.ids)], "context": {}}

    def action_open_standing(self):
        """Open which courses these people need, and how they stand."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_training_standing_action"
        )
        return {**action, "domain": [("person_id", "in", self.ids)], "context": {}}
