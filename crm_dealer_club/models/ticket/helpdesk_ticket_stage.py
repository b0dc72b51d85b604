from odoo import fields, models


class HelpdeskTicketStage(models.Model):
    """A stage of ours is a step that code takes; words and templates are the users'."""

    _name = "helpdesk.ticket.stage"
    _inherit = ["helpdesk.ticket.stage", "crm.ticket.setting"]

    crm_step = fields.Char(
        string="Step", readonly=True, copy=False, help="What the stage stands for in the code."
    )
    notice_template_id = fields.Many2one(
        "mail.template",
        string="E-Mail to the Customer",
        domain=[("model", "=", "helpdesk.ticket")],
        help="Sent once when the ticket comes to this stage. Empty: the customer is not told.",
    )
    notice_sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS to the Customer",
        domain=[("model", "=", "helpdesk.ticket")],
        help="Sent instead where the customer has a phone but no e-mail address.",
    )

    _crm_not_closed_from_portal = models.Constraint(
        "CHECK(crm_kind IS NULL OR close_from_portal IS NOT TRUE)",
        "Complaints and calls for help are closed by their own steps, never from the portal.",
    )
    _crm_step_check = models.Constraint(
        "CHECK((crm_kind IS NULL) = (crm_step IS NULL))", "A stage of ours stands for a step."
    )

    def _fixed_fields(self):
        return super()._fixed_fields() | {"crm_step", "closed", "unattended"}

    def _of_step(self, kind, step, team):
        """The stage of a step, for tickets of ``team``."""
        # sudo: stages are the same for all.
        domain = [
            ("crm_kind", "=", kind), ("crm_step", "=", step), ("team_ids", "in", team.ids),
        ]  # fmt: skip
        return self.sudo().search(domain, limit=1).sudo(self.env.su)
