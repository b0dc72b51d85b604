from odoo import api, models


class MailActivityPlan(models.Model):
    """The shipped plan speaks the language of its readers, until somebody words it anew.

    Core does not translate plans, and a column made translatable here would not go back when
    the addon is removed.
    """

    _inherit = "mail.activity.plan"

    @api.depends_context("lang")
    @api.depends("name", "res_model")
    def _compute_display_name(self):
        computed = super()._compute_display_name()
        words = self._shipped_words()
        for plan in self:
            if plan.res_model == "crm.vehicle" and plan.name in words:
                plan.display_name = words[plan.name]
        return computed

    @api.model
    def _shipped_words(self):
        """``{English: the user's language}`` of what the data of this addon say."""
        return {
            "After Delivery": self.env._("After Delivery"),
            "Explain the functions, ask how the first days went": self.env._(
                "Explain the functions, ask how the first days went"
            ),
            "First week: plate, insurance and papers complete?": self.env._(
                "First week: plate, insurance and papers complete?"
            ),
            "First month: satisfied? Ask for a recommendation": self.env._(
                "First month: satisfied? Ask for a recommendation"
            ),
            "Remind of the mandatory first service": self.env._(
                "Remind of the mandatory first service"
            ),
        }

    @api.model
    def _word_shipped(self, lang=None):
        """Write the shipped plan in ``lang``, by default the administrator's (at install)."""
        lang = lang or self.env.ref("base.user_admin").lang
        words = self.with_context(lang=lang)._shipped_words()
        plan = self.env.ref("crm_dealer_grading.plan_after_delivery")
        plan.name = words.get(plan.name, plan.name)
        for step in plan.template_ids:
            step.summary = words.get(step.summary, step.summary)
