from odoo import api, models

from ..network.res_users import OEM_MANAGER

PANEL = "crm_dealer_grading.onboarding_dealer"


class OnboardingOnboarding(models.Model):
    """The first steps of a network, shown above the cockpit until they are done or closed."""

    _inherit = "onboarding.onboarding"

    @api.model
    def dealer_panel(self):
        """The first steps for the user and the current company; nothing for who sees none.

        Steps whose thing exists meanwhile are noted as done.

        :return: ``False``, or ``{steps: [{id, title, description, button, action, done}], done,
            total, can_be_dealer}``
        """
        if not self.env.user.has_group(OEM_MANAGER):
            return False
        # sudo: the ERP keeps onboardings for administrators; the role was asked for.
        panel = self.sudo().env.ref(PANEL, raise_if_not_found=False)
        if not panel:
            return False
        progress = panel._search_or_create_progress()
        if progress.is_onboarding_closed:
            return False
        panel.step_ids._note_dealer_steps()
        states = progress._get_and_update_onboarding_state()
        if states.get("onboarding_state") == "done":
            return False  # done before: said once, when the last step was
        steps = [
            {
                "id": step.id,
                "title": step.title,
                "description": step.description,
                "button": step.button_text,
                "action": step.panel_step_open_action_name,
                "done": states[step.id] != "not_done",
            }
            for step in panel.step_ids
        ]
        dealers = self.env["crm.dealer"].sudo().with_context(active_test=False)
        return {
            "steps": steps,
            "done": sum(step["done"] for step in steps),
            "total": len(steps),
            "words": panel.text_completed,
            "can_be_dealer": not dealers.search_count([], limit=1),
        }

    @api.model
    def dealer_panel_close(self):
        """Close the first steps for good, for all in the current company."""
        if self.env.user.has_group(OEM_MANAGER):
            # sudo: as in ``dealer_panel``.
            panel = self.sudo().env.ref(PANEL, raise_if_not_found=False)
            if panel:
                panel._search_or_create_progress().action_close()
        return True
