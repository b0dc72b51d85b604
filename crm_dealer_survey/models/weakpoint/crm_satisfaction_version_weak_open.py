from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_WORDS = 60


class CrmSatisfactionVersion(models.Model):
    """From a weak point to the answers and words behind it (S5)."""

    _inherit = "crm.satisfaction.version"

    @api.model
    @api.readonly
    def weak_point_options(self):
        """What there is to choose from.

        :return: dict of ``versions``, those with answers in sight as ``{"id", "name", "answers"}``
            in the order of programmes, newest first, and ``scoped``: whether who asks sees the
            own dealers only
        """
        totals = [("kind", "=", "satisfaction"), ("factor_id", "=", False)]
        counts = dict(
            self.env["crm.satisfaction.score"]._read_group(totals, ["version_id"], ["__count"])
        )
        versions = self.browse(version.id for version in counts).sorted(
            lambda v: (v.programme_id.sequence, v.programme_id.id, -v.number)
        )
        return {
            "versions": [
                {
                    "id": version.id,
                    "name": f"{version.display_name} · {version.programme_id.name}",
                    "answers": counts[version],
                }
                for version in versions
            ],
            "scoped": self._weak_scoped(),
        }

    @api.readonly
    def action_open_weak_answers(self, filters, level, item_id):
        """Open the answers behind a point, the lowest first."""
        asked = self._weak_asked(filters, level)
        item = self._weak_item(asked, item_id)
        if level == "factor":
            action = self._weak_action("crm_satisfaction_score_weak_action")
            domain = self._weak_answered(asked) & Domain("factor_id", "=", item.id)
        else:
            action = self._weak_action("survey_user_input_line_weak_action")
            totals = self._weak_answered(asked) & Domain("factor_id", "=", False)
            domain = Domain("question_id", "=", item.id) & Domain("skipped", "!=", True)
            domain &= Domain("user_input_id.satisfaction_score_ids", "any", totals)
        name = item.name if level == "factor" else item.title
        return {**action, "name": name, "display_name": name, "domain": list(domain)}

    @api.readonly
    def weak_words(self, filters, level, item_id):
        """What customers wrote who gave a factor or question at most the programme's low score.

        :return: list of ``{"id", "answer_id", "words", "figure", "date", "dealer"}``, newest first
        """
        asked = self._weak_asked(filters, level)
        item = self._weak_item(asked, item_id)
        low = self.sudo().programme_id.low_score  # a threshold is no secret
        given = self._weak_answered(asked)
        if level == "factor":
            given &= Domain("factor_id", "=", item.id) & Domain("value", "<=", low)
            gave = Domain("user_input_id.satisfaction_score_ids", "any", given)
        else:
            given &= Domain("factor_id", "=", False)
            figure = Domain("question_id", "=", item.id) & Domain("value_scale", "<=", low)
            gave = Domain("user_input_id.satisfaction_score_ids", "any", given) & Domain(
                "user_input_id.user_input_line_ids", "any", figure & Domain("skipped", "!=", True)
            )
        said = Domain("question_id.satisfaction_version_id", "=", self.id)
        said &= Domain("question_id.satisfaction_kind", "=", "open")
        said &= Domain("value_text_box", "not in", [False, ""])
        lines = self.env["survey.user_input.line"]
        lines = lines.search(said & gave, order="id desc", limit=_WORDS)
        figures = self._weak_figures(level, item, lines.user_input_id)
        return [self._weak_word(line, figures) for line in lines]

    def _weak_figures(self, level, item, answers):
        """``{answer: figure from 1 to 10}`` of an item."""
        if level == "factor":
            model, link, value = "crm.satisfaction.score", "factor_id", "value"
            kind = [("kind", "=", "satisfaction")]
        else:
            model, link, value = "survey.user_input.line", "question_id", "value_scale"
            kind = []
        found = self.env[model].search_fetch(
            [(link, "=", item.id), ("user_input_id", "in", answers.ids), *kind],
            ["user_input_id", value],
        )
        return {row.user_input_id: row[value] for row in found}

    def _weak_word(self, line, figures):
        answer = line.user_input_id
        day = fields.Datetime.context_timestamp(self, answer.end_datetime).date()
        return {
            "id": line.id,
            "answer_id": answer.id,
            "words": line.value_text_box,
            "figure": round(figures[answer], 1),
            "date": fields.Date.to_string(day),
            "dealer": answer.dealer_id.display_name or "",
        }

    def _weak_answered(self, asked):
        return (
            asked.where
            & asked.when(asked.since, asked.until)
            & Domain("version_id", "=", self.id)
            & Domain("kind", "=", "satisfaction")
        )

    def _weak_chosen(self, filters, level, item_ids):
        """``(asked, items)`` of weak points that something is to be done about, at one dealer.

        :raise UserError: no dealer, no item, or items of another questionnaire
        """
        asked = self._weak_asked(filters, level)
        if not asked.dealer:
            raise UserError(
                self.env._("This is about one dealer: choose it above, then press the button.")
            )
        numbers = item_ids if isinstance(item_ids, list) else []
        items = [self._weak_item(asked, number) for number in dict.fromkeys(numbers)]
        if not items:
            raise UserError(self.env._("Nothing is weak here. Choose the point to be improved."))
        return asked, items

    def _weak_item(self, asked, item_id):
        item = asked.items.filtered(lambda item: item.id == item_id)
        if not item:
            raise UserError(
                self.env._("This factor or question is not in the version. Reload the page.")
            )
        return item

    @api.model
    def _weak_action(self, name):
        return self.env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")

    def action_open_weak_points(self):
        """Open the weak points of the version."""
        self.ensure_one()
        return self._open_weak_points(version_id=self.id)

    @api.model
    def _open_weak_points(self, **params):
        """The screen with these filters: ``version_id``, ``dealer_id``, ``region_id``."""
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_dealer_survey.crm_satisfaction_weak_action"
        )
        return {**action, "params": params}
