from odoo import fields, models

_LANGUAGES = ("zh_CN", "en_US")
_BOXES = {
    "city_tier_id": [("kind", "=", "city")],
    "channel_kind_id": [("kind", "=", "channel")],
    "channel_class_id": [("scheme_id.code", "=", "channel")],
}


class CrmCreditApplication(models.Model):
    """What the printed form shows beside its plain fields (K2)."""

    _inherit = "crm.credit.application"

    def _print_boxes(self, name):
        """The boxes of a line of the form: ``[(ticked, Chinese and English name)]``.

        :param name: ``city_tier_id``, ``channel_kind_id`` or ``channel_class_id``
        """
        self.ensure_one()
        # sudo: names of choices, printed by whoever may read the form.
        chosen = self.sudo()[name]
        choices = chosen.search(_BOXES[name]) | chosen
        return [(choice == chosen, self._print_name(choice)) for choice in choices]

    def _print_name(self, record):
        """The record's name in Chinese and English, once where they are the same."""
        names = (record.with_context(lang=lang).name for lang in _LANGUAGES)
        return " ".join(dict.fromkeys(filter(None, names)))

    def _print_signatures(self):
        """The signature lines: ``[(Chinese, English, who, when, remark)]``, empty until signed."""
        self.ensure_one()
        # sudo: who signed is on the form for whoever may read it.
        application = self.sudo()
        # A draft is signed by nobody, whoever signed before it was refused or recalled.
        holds = application.state in ("submitted", "filed")
        filer = (application.submitted_by_id.name, application.submitted_on)
        lines = [("业务经办人", "Filed by", *(filer if holds else ("", False)), "")]
        titles = {
            "department": ("部门经理", "Department manager"),
            "commerce": ("商务部", "Commerce"),
            "finance": ("财务部", "Finance"),
        }
        approved = application.review_ids.filtered(
            lambda review: holds and review.status == "approved"
        )
        for step, (chinese, english) in titles.items():
            signed = approved.filtered(lambda review, step=step: review.credit_step == step)
            for review in signed:
                here = self.with_context(tz=application.company_id._credit_company()._tz_here())
                day = fields.Datetime.context_timestamp(here, review.reviewed_date).date()
                lines.append((chinese, english, review.done_by.name, day, review.comment or ""))
            if not signed:
                lines.append((chinese, english, "", False, ""))
        return lines
