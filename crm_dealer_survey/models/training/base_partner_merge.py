from odoo import api, models

from .roles import STEP


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Who was on the training register twice is one person with all that both attended (S7)."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys_generic(self, model, src_records, dst_record):
        if model == "res.partner":
            # sudo: who may merge the contacts may merge what hangs on them.
            people = self.env["crm.training.person"].sudo().with_context(active_test=False)
            people = people.search([("partner_id", "in", (src_records | dst_record).ids)])
            kept = people.filtered(lambda p: p.partner_id == dst_record)[:1] or people[:1]
            kept._take_over(people - kept)
        return super()._update_foreign_keys_generic(model, src_records, dst_record)


class CrmTrainingPerson(models.Model):
    _inherit = "crm.training.person"

    def _take_over(self, others):
        """All that the others attended is this person's; of two seats at a session the better."""
        rank = {"attended": 0, "absent": 1, "registered": 2, "cancelled": 3}
        seats = (self | others).participant_ids.sorted(
            lambda p: (rank[p.state], p.test_state != "passed", -p.attempts, p.id)
        )
        for same in seats.grouped("session_id").values():
            best, rest = same[:1], same[1:]
            rest.test_input_ids.training_participant_id = best
            rest.with_context(crm_training_step=STEP).unlink()
            if best.person_id != self:
                best._store({"person_id": self.id})
            if rest:
                best._take_results()
        needs = self.env["crm.training.need"].search([("person_ids", "in", others.ids)])
        for need in needs:
            links = [(3, other.id) for other in others] + [(4, self.id)]
            need.with_context(crm_training_step=STEP).person_ids = links
        if not self.role_id:
            self.role_id = others.role_id[:1]
        others.unlink()
