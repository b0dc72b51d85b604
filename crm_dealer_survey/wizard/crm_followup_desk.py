from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.followup.crm_followup_call import CALL_CENTRE, CALL_VERDICTS

_EVENTS = 12  # of the customer's story


class CrmFollowupDesk(models.TransientModel):
    """All that whoever calls needs, on one page (S3): whom, about what, what to say and to ask.

    It keeps what is typed while the customer talks; a result button hands all of it over.
    """

    _name = "crm.followup.desk"
    _description = "Follow-up Call: Caller's Screen"
    _rec_name = "call_id"

    call_id = fields.Many2one(
        "crm.followup.call", required=True, readonly=True, ondelete="cascade"
    )
    note = fields.Char(help="What the customer said; it goes into the contact log.")
    later_at = fields.Datetime(string="Call Again At", help="For “Call Later”.")
    no_more = fields.Boolean(
        string="Wants No Calls", help="The customer does not want to be contacted any more."
    )
    verdict = fields.Selection(
        CALL_VERDICTS,
        string="Customer Is",
        help="Not satisfied, with the words in the note: the manufacturer looks into it.",
    )
    version_id = fields.Many2one("crm.satisfaction.version", string="Questionnaire", readonly=True)
    question_ids = fields.One2many("crm.followup.desk.question", "desk_id", string="Questions")
    datum_ids = fields.One2many("crm.followup.desk.datum", "desk_id", string="Data to Verify")
    # Read with the caller's own rights.
    partner_id = fields.Many2one(related="call_id.partner_id", related_sudo=False)
    partner_phone = fields.Char(related="call_id.partner_phone", related_sudo=False)
    dealer_id = fields.Many2one(related="call_id.dealer_id", related_sudo=False)
    vehicle_id = fields.Many2one(related="call_id.vehicle_id", related_sudo=False)
    visit_id = fields.Many2one(related="call_id.visit_id", related_sudo=False)
    lead_id = fields.Many2one(related="call_id.lead_id", related_sudo=False)
    rule_id = fields.Many2one(related="call_id.rule_id", related_sudo=False)
    event_date = fields.Date(related="call_id.event_date", related_sudo=False)
    lapses_on = fields.Date(related="call_id.lapses_on", related_sudo=False)
    script = fields.Text(related="call_id.script", related_sudo=False)
    attempt_ids = fields.One2many(related="call_id.attempt_ids", related_sudo=False)
    event_ids = fields.Many2many(
        "crm.customer.event", string="Story", compute="_compute_event_ids"
    )
    visit_note = fields.Text(string="Wishes and Findings", compute="_compute_visit_note")
    is_spared = fields.Boolean(
        compute="_compute_is_spared",
        help="The call has a questionnaire, for which the customer was asked lately.",
    )

    @api.depends("call_id")
    @api.depends_context("uid")
    def _compute_event_ids(self):
        events = self.env["crm.customer.event"]
        for desk in self:
            customer = desk.call_id.commercial_partner_id
            desk.event_ids = events.search([("partner_id", "=", customer.id)], limit=_EVENTS)

    @api.depends("call_id")
    @api.depends_context("uid")
    def _compute_visit_note(self):
        visible = self.call_id.visit_id._filtered_access("read")
        for desk in self:
            visit = desk.call_id.visit_id
            desk.visit_note = visit.note if visit in visible else False

    # Not on the questions, which are written with the desk: each figure typed would ask the server.
    @api.depends("call_id")
    def _compute_is_spared(self):
        for desk in self:
            asked = desk.call_id._asked_version().question_ids
            desk.is_spared = bool(asked) and not desk.question_ids

    @api.model
    def _open(self, call):
        """The action that opens a new screen for ``call``, which the user holds."""
        desk = self.create({"call_id": call.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Follow-up Call"),
            "res_model": self._name,
            "res_id": desk.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model_create_multi
    def create(self, vals_list):
        """With the questions and the data to verify, for a call that the user makes."""
        calls = self.env["crm.followup.call"].browse(
            {vals["call_id"] for vals in vals_list if vals.get("call_id")}
        )
        calls._check_may_call()
        if any(call._held_by_other() for call in calls.sudo()):  # sudo: who calls is told
            raise UserError(self.env._("Somebody else is making this call. Take the next one."))
        desks = super().create(
            [
                {
                    "question_ids": False,
                    "datum_ids": False,
                    **vals,
                    "version_id": calls.browse(vals.get("call_id"))._version_to_ask().id,
                }
                for vals in vals_list
            ]
        )
        for desk in desks:
            desk.question_ids = [Command.create(vals) for vals in desk._question_values()]
            desk.datum_ids = [Command.create(vals) for vals in desk._datum_values()]
        return desks

    def write(self, vals):
        if {"call_id", "version_id"} & vals.keys():
            raise AccessError(self.env._("A screen belongs to one call. Take the next call."))
        return super().write(vals)

    def _question_values(self):
        version = self.version_id
        questions = [question for _factor, part in version._sections() for question in part] \
            if version else []  # fmt: skip
        return [
            {"question_id": question.id, "sequence": number}
            for number, question in enumerate(questions)
        ]

    def _datum_values(self):
        """Data are verified by the call centre, not by those who keep them (C2)."""
        if not self.env.user.has_group(CALL_CENTRE):
            return []
        customer = self.call_id.commercial_partner_id
        return [
            {"field_name": name, "verdict": "not_asked"} for name in customer._key_field_names()
        ]

    # -- Results -----------------------------------------------------------------------------

    def action_reached(self):
        """The customer was spoken to: keep the answers and the verified data."""
        return self._finish("reached")

    def action_no_answer(self):
        """Nobody answered."""
        return self._finish("no_answer")

    def action_wrong_number(self):
        """The number is not the customer's."""
        return self._finish("wrong_number")

    def action_refused(self):
        """The customer does not want to talk."""
        return self._finish("refused")

    def action_later(self):
        """The customer named a better time."""
        return self._finish("later")

    def action_next_call(self):
        """Leave this call as it is and take the next one that is due."""
        return self.env["crm.followup.call"].action_next_call()

    def action_give_back(self):
        """Leave the call to others."""
        self.ensure_one()
        self.call_id._release()
        return self._to_list()

    @api.model
    def _to_list(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_followup_call_action"
        )
        return {**action, "target": "main"}

    def _finish(self, result):
        """Record the result and go on to the next call."""
        self.ensure_one()
        said = self.question_ids._said() if result == "reached" else {}
        self.call_id._record(
            result,
            note=self.note,
            later_at=self.later_at,
            no_more=self.no_more,
            said=said,
            started=self.create_date,
            verdict=self.verdict,
            version=self.version_id,
        )
        if result in ("reached", "later", "refused"):
            self.datum_ids._verify(self)
        return self.action_next_call()
