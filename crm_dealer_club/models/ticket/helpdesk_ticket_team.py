from odoo import api, models
from odoo.fields import Domain


class HelpdeskTicketTeam(models.Model):
    """Who takes complaints, or calls for help; the portal form of others never offers it."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "crm.ticket.setting"]

    _crm_not_in_portal = models.Constraint(
        "CHECK(crm_kind IS NULL OR show_in_portal IS NOT TRUE)",
        "Members write complaints and call for help on the club's pages, not on the form "
        "for other tickets. Leave “Show in portal form” empty.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [
                {**vals, "show_in_portal": False} if vals.get("crm_kind") else vals
                for vals in vals_list
            ]
        )

    def _get_applicable_stages(self):
        """Our teams have their own stages only; others never get ours."""
        if not (kind := self.crm_kind):
            return super()._get_applicable_stages().filtered(lambda stage: not stage.crm_kind)
        domain = Domain("crm_kind", "=", kind) & Domain("team_ids", "in", self.ids)
        return self.env["helpdesk.ticket.stage"].search(domain)

    @api.model
    def _crm_team(self, kind, company=None):
        """The team that takes tickets of a kind: that of the company, else the common one."""
        company = company or self.env.company
        # sudo: which team takes it is no secret to who may open a ticket.
        teams = self.sudo().search(
            [("crm_kind", "=", kind), ("company_id", "in", [company.id, False])]
        )
        return (teams.filtered("company_id") or teams)[:1].sudo(self.env.su)
