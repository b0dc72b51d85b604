from odoo import api, models
from odoo.exceptions import AccessError

from ..network.res_users import OEM_MANAGER

GRADING = "crm_dealer_grading"


class OnboardingOnboardingStep(models.Model):
    """Steps of the first hour: what each opens, and when it counts as done."""

    _inherit = "onboarding.onboarding.step"

    @api.model
    def _dealer_steps(self):
        """When each step is done: ``{external name: method that says so}``; addons add theirs."""
        return {
            f"{GRADING}.onboarding_step_dealers": self._has_dealers,
            f"{GRADING}.onboarding_step_people": self._has_people,
            f"{GRADING}.onboarding_step_import": self._has_customers,
            f"{GRADING}.onboarding_step_schemes": self._has_schemes,
        }

    def _note_dealer_steps(self):
        """Note which of these steps are done by now, in the current company."""
        done = self.browse()
        for name, is_done in self._dealer_steps().items():
            step = self.env.ref(name, raise_if_not_found=False)
            if step and step in self and step.current_step_state == "not_done" and is_done():
                done |= step
        if done:
            done.action_set_just_done()

    def _dealer_open(self, xmlid, looked_at=None):
        """The action; where looking is what the step asks for, it is done by it.

        :raise AccessError: by who is not shown the steps
        """
        if not self.env.user.has_group(OEM_MANAGER):
            raise AccessError(
                self.env._("The first steps are for managers with the role “OEM: Manager”.")
            )
        if looked_at:
            # sudo: the ERP keeps onboardings for administrators; the role was asked for.
            self.sudo().action_validate_step(looked_at)
        return self.env["ir.actions.actions"]._for_xml_id(xmlid)

    # -- What the steps open -------------------------------------------------------------------

    @api.model
    def action_open_dealer_dealers(self):
        return self._dealer_open("crm_dealer_grading.crm_dealer_action")

    @api.model
    def action_open_dealer_people(self):
        """The users, for who may give roles; else the dealers, which name their staff."""
        if self.env.user.has_group("base.group_erp_manager"):
            return self._dealer_open("base.action_res_users")
        return self._dealer_open("crm_dealer_grading.crm_dealer_action")

    @api.model
    def action_open_dealer_import(self):
        """The page that imports customers by file."""
        self._dealer_open("crm_dealer_grading.res_partner_action_customer")
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Import Customers"),
            "params": {"active_model": "res.partner", "model": "res.partner"},
        }

    @api.model
    def action_open_dealer_schemes(self):
        return self._dealer_open(
            "crm_dealer_grading.crm_grading_scheme_action",
            "crm_dealer_grading.onboarding_step_schemes",
        )

    # -- What tells that they are done ---------------------------------------------------------

    @api.model
    def _own_dealers_here(self):
        """Dealers that are no example of ours, in the current company or in all of them."""
        # sudo: it is only told whether there are some.
        names = self.env["ir.model.data"].sudo()
        examples = names.search([("model", "=", "crm.dealer"), ("module", "=", GRADING)])
        dealers = self.env["crm.dealer"].sudo()
        return dealers.search(
            [
                ("id", "not in", examples.mapped("res_id")),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )

    @api.model
    def _has_dealers(self):
        return bool(self._own_dealers_here())

    @api.model
    def _has_people(self):
        return bool(self._own_dealers_here().user_ids)

    @api.model
    def _has_customers(self):
        dealers = self._own_dealers_here()
        # sudo: as above.
        customers = self.env["res.partner"].sudo()
        return bool(customers.search_count([("dealer_id", "in", dealers.ids)], limit=1))

    @api.model
    def _has_schemes(self):
        return self._changed_by_people("crm.grading.scheme", "crm.grading.level")

    @api.model
    def _changed_by_people(self, *models_):
        """Whether somebody changed what we ship of these, or added to it."""
        # sudo: as above.
        return any(
            self.env[model]
            .sudo()
            .with_context(active_test=False)
            .search_count([("write_uid", "!=", self.env.ref("base.user_root").id)], limit=1)
            for model in models_
        )
