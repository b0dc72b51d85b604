from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..models.programme.survey_question import BOUNDS, KINDS


class CrmFollowupDeskQuestion(models.TransientModel):
    """A question of the programme, and what the customer says to it."""

    _name = "crm.followup.desk.question"
    _description = "Follow-up Call: Question"
    _order = "sequence, id"

    desk_id = fields.Many2one("crm.followup.desk", required=True, ondelete="cascade")
    sequence = fields.Integer()
    question_id = fields.Many2one(
        "survey.question", required=True, readonly=True, ondelete="cascade"
    )
    title = fields.Char(related="question_id.title", string="Wording", related_sudo=False)
    kind = fields.Selection(KINDS, compute="_compute_kind")
    scale = fields.Char(compute="_compute_kind")
    figures = fields.Char(compute="_compute_kind", help="Those of the scale, between commas.")
    low = fields.Integer(related="question_id.scale_min", related_sudo=False)
    high = fields.Integer(related="question_id.scale_max", related_sudo=False)
    # Typed: a list to choose from takes two hands, and 0 is an answer, empty is none.
    typed = fields.Char(string="Figure", size=2)
    words = fields.Char(string="In Own Words")

    @api.depends("question_id")
    @api.depends_context("lang")
    def _compute_kind(self):
        for line in self:
            kind = line.question_id.satisfaction_kind
            line.kind = kind
            bounds = BOUNDS.get(kind)
            line.figures = line._figures(bounds)
            if kind == "compliance":
                line.scale = self.env._("1 yes, 0 no")
            else:
                line.scale = f"{bounds[0]} – {bounds[1]}" if bounds else ""

    @staticmethod
    def _figures(bounds):
        """``,1,2,3,`` for 1 to 3: the screen marks what is not among them."""
        return f",{','.join(map(str, range(bounds[0], bounds[1] + 1)))}," if bounds else ","

    def _said(self):
        """``{question: figure or text}`` of what was answered.

        :raise ValidationError: naming every figure that its scale has not
        """
        said, wrong = {}, []
        for line in self:
            question = line.question_id
            if question.question_type != "scale":
                if line.words and line.words.strip():
                    said[question] = line.words.strip()
            elif typed := (line.typed or "").strip():
                figure = int(typed) if typed.isascii() and typed.isdigit() else -1
                if question.scale_min <= figure <= question.scale_max:
                    said[question] = figure
                else:
                    wrong.append(line._wrong_words(typed))
        if wrong:
            advice = self.env._("Correct the figures in red, or empty what was not answered:")
            raise ValidationError("\n".join([advice, *wrong]))
        return said

    def _wrong_words(self, typed):
        return self.env._(
            "“%(question)s” is answered from %(low)s to %(high)s, not with “%(typed)s”.",
            question=self.question_id.title,
            low=self.question_id.scale_min,
            high=self.question_id.scale_max,
            typed=typed,
        )


class CrmFollowupDeskDatum(models.TransientModel):
    """A piece of data on file, and whether it is right (C2)."""

    _name = "crm.followup.desk.datum"
    _description = "Follow-up Call: Data to Verify"

    desk_id = fields.Many2one("crm.followup.desk", required=True, ondelete="cascade")
    field_name = fields.Selection(
        selection=lambda self: self.env["crm.customer.required.field"]._selection_field_name(),
        string="Data",
        required=True,
    )
    value = fields.Char(string="On File", compute="_compute_value")
    verdict = fields.Selection(
        [("correct", "Correct"), ("wrong", "Wrong"), ("not_asked", "Not Asked")],
        string="Result",
        required=True,
        default="not_asked",
    )
    right_value = fields.Char(
        string="What Is Right", help="What the customer said instead; correct the file as well."
    )

    @api.depends("field_name", "desk_id")
    @api.depends_context("uid", "lang")
    def _compute_value(self):
        for line in self:
            customer = line.desk_id.call_id.commercial_partner_id
            line.value = customer._verified_value(line.field_name) if customer else False

    def _verify(self, desk):
        """Keep what was asked as a verification by the caller, with the caller's rights."""
        told = self.filtered(lambda line: line.verdict != "not_asked")
        if not told:
            return
        self.env["crm.customer.verification"].create(
            {
                "partner_id": desk.call_id.commercial_partner_id.id,
                "note": desk.rule_id.name,
                "line_ids": [
                    Command.create(
                        {
                            "field_name": line.field_name,
                            "verdict": line.verdict,
                            "right_value": line.right_value,
                        }
                    )
                    for line in told
                ],
            }
        )
