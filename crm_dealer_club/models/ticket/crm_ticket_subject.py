from odoo import fields, models
from odoo.fields import Domain

ROLES = (
    "crm_dealer_grading.group_dealer_user,crm_dealer_grading.group_call_centre,"
    "crm_dealer_grading.group_oem_auditor"
)


class CrmTicketSubject(models.AbstractModel):
    """A record that complaints and calls for help are about: it counts and opens them."""

    _name = "crm.ticket.subject"
    _description = "Subject of Complaints and Rescue"

    complaint_count = fields.Integer(
        string="Complaints", compute="_compute_crm_ticket_counts", groups=ROLES
    )
    rescue_count = fields.Integer(
        string="Rescues", compute="_compute_crm_ticket_counts", groups=ROLES
    )
    complaint_open_count = fields.Integer(
        string="Open Complaints", compute="_compute_crm_ticket_counts", groups=ROLES
    )

    def _crm_ticket_field(self):
        """The field of a ticket that points here."""
        raise NotImplementedError

    def _compute_crm_ticket_counts(self):
        name = self._crm_ticket_field()
        groups = self.env["helpdesk.ticket"]._read_group(
            [(name, "in", self.ids), ("crm_kind", "!=", False)],
            [name, "crm_kind", "stage_id"],
            ["__count"],
        )
        counts = {}
        for subject, kind, stage, count in groups:
            for key in [kind] if stage.sudo().closed else [kind, f"open {kind}"]:
                counts[subject.id, key] = counts.get((subject.id, key), 0) + count
        for record in self:
            record.complaint_count = counts.get((record.id, "complaint"), 0)
            record.rescue_count = counts.get((record.id, "rescue"), 0)
            record.complaint_open_count = counts.get((record.id, "open complaint"), 0)

    def _open_crm_tickets(self, kind, action):
        """The action of a kind, for this record; a new ticket is about it too."""
        self.ensure_one()
        opened = self.env["ir.actions.act_window"]._for_xml_id(action)
        name = self._crm_ticket_field()
        opened["domain"] = Domain("crm_kind", "=", kind) & Domain(name, "=", self.id)
        field = "partner_id" if name == "commercial_partner_id" else name
        opened["context"] = {"default_crm_kind": kind, f"default_{field}": self.id}
        return opened

    def action_open_complaints(self):
        """The complaints about, or of, this record."""
        action = "crm_dealer_club.helpdesk_ticket_action_complaint"
        return self._open_crm_tickets("complaint", action)
