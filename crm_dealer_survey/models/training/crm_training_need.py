from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.crm_dealer_grading.tools.steps import check_at, take

from .roles import STEP, is_auditor, is_oem_manager, manages

STATES = [
    ("requested", "Requested"),
    ("accepted", "Accepted"),
    ("planned", "Planned"),
    ("done", "Done"),
    ("refused", "Refused"),
]
ORIGINS = [
    ("request", "Request"),
    ("rectification", "Rectification Notice"),
    ("weak", "Weak Point"),
    ("plan", "Improvement Plan"),
    ("audit", "Audit"),
]
_OWNED = {"state", "session_id", "decided_by_id", "origin", "rectification_id", "source_ref"}


class CrmTrainingNeed(models.Model):
    """What a dealer's people have to learn, and why (S7): 培训需求.

    Asked for by the dealer's manager or the manufacturer; accepted by the manufacturer's
    manager, or planned by the dealer's manager in-house.
    """

    _name = "crm.training.need"
    _description = "Training Need"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.dealer.scope"]
    _order = "wanted_until, id desc"

    name = fields.Char(string="Need", required=True, tracking=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, copy=False, default="requested", tracking=True,
        group_expand=True,
    )  # fmt: skip
    dealer_id = fields.Many2one(
        "crm.dealer",
        required=True,
        default=lambda self: self.env.user._default_dealer(),
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    training_id = fields.Many2one(
        "crm.training", string="Course", index="btree_not_null", ondelete="restrict",
        tracking=True, help="The course that answers it, where there is one.",
    )  # fmt: skip
    factor_id = fields.Many2one(
        "crm.satisfaction.factor", string="Weak Point", index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip
    gap = fields.Text(string="Now and Wanted", help="What goes wrong now, and what is wanted.")
    person_ids = fields.Many2many(
        "crm.training.person",
        "crm_training_need_person_rel",
        "need_id",
        "person_id",
        string="Who",
        domain="[('dealer_id', '=', dealer_id)]",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent")], default="0", tracking=True
    )
    wanted_until = fields.Date(tracking=True)
    origin = fields.Selection(
        ORIGINS, required=True, readonly=True, copy=False, default="request"
    )
    rectification_id = fields.Many2one(
        "crm.rectification", string="Notice", readonly=True, copy=False,
        index="btree_not_null", ondelete="set null",
    )  # fmt: skip
    source_ref = fields.Char(readonly=True, copy=False, help="Model and id of what asked for it.")
    session_id = fields.Many2one(
        "crm.training.session", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip
    user_id = fields.Many2one(
        "res.users", string="Asked For By", readonly=True, copy=False, ondelete="restrict",
        default=lambda self: self.env.user,
    )  # fmt: skip
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    _source_once = models.UniqueIndex(
        "(source_ref) WHERE source_ref IS NOT NULL AND state <> 'refused'",
        "A training need about this is there already.",
    )

    @api.constrains("person_ids", "dealer_id")
    def _check_people(self):
        for need in self.sudo():  # sudo: where people work decides
            others = need.person_ids.filtered(lambda p, n=need: p.dealer_id != n.dealer_id)
            if others:
                raise ValidationError(
                    self.env._("%s works elsewhere. Choose the dealer's people.", others[0].name)
                )

    @api.constrains("dealer_id", "company_id")
    def _check_company(self):
        for need in self.sudo():  # sudo: whose dealer it is decides
            need.dealer_id._check_in_company(need.company_id)

    def _by_step(self):
        return self.env.context.get("crm_training_step") is STEP

    @api.model_create_multi
    def create(self, vals_list):
        if not self._by_step():
            fixed = {**dict.fromkeys(_OWNED, False), "state": "requested", "origin": "request",
                     "user_id": self.env.uid}  # fmt: skip
            vals_list = [{**vals, **fixed} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self._by_step():
            if _OWNED & vals.keys():
                raise AccessError(self.env._("Use the buttons of the need to change its state."))
            talk = self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields
            if vals.keys() - talk and any(n.sudo().state in ("done", "refused") for n in self):
                raise UserError(self.env._("The need is closed. Write a new one."))
        return super().write(vals)

    @api.model
    def _ask_for(self, values):
        """Write a need about something, once: for notices, weak points, plans of improvement.

        :param dict values: of the need; ``source_ref`` (``"model,id"``) makes it unique
        :return: the need, the one that is there where it was asked for before
        :raise AccessError: the user may not write needs of the dealer
        """
        user = self.env.user
        dealer = self.env["crm.dealer"].browse(values["dealer_id"])
        if not is_auditor(user) and not manages(user, dealer):
            raise AccessError(
                self.env._("The dealer's manager and the manufacturer ask for training.")
            )
        ref = values.get("source_ref")
        there = ref and self.search(
            [("source_ref", "=", ref), ("state", "!=", "refused")], limit=1
        )
        if there:
            return there
        made = self.with_context(crm_training_step=STEP).create(
            {"company_id": (dealer.company_id or self.env.company).id, **values}
        )
        return made.with_env(self.env)

    # ------------------------------------------------------------ steps

    @api.private
    def _step(self, before, vals, owner=False):
        """:raise AccessError: not the user's; the dealer's manager takes steps with ``owner``
        :raise UserError: the need is at another state"""
        self.check_access("write")
        user = self.env.user
        for need in self:
            mine = owner and manages(user, need.sudo().dealer_id)
            if not is_oem_manager(user) and not mine:
                raise AccessError(
                    self.env._("The manufacturer's manager decides on “%s”.", need.name)
                )
        take(self)
        for need in self:
            check_at(need, before)
        return self.with_context(crm_training_step=STEP).write(
            {"decided_by_id": self.env.uid, **vals}
        )

    def action_accept(self):
        """The manufacturer will train for it."""
        return self._step(("requested",), {"state": "accepted"})

    def action_refuse(self):
        """No training for it; say why in a note."""
        return self._step(("requested", "accepted"), {"state": "refused"})

    def action_done(self):
        """It is met otherwise."""
        return self._step(("accepted", "planned"), {"state": "done"}, owner=True)

    def action_plan(self):
        """Make a draft of a session for it: in-house by the dealer's manager, else a network one.

        :raise UserError: no course is chosen
        """
        self.ensure_one()
        if not self.training_id:
            raise UserError(self.env._("Choose the course first."))
        own = manages(self.env.user, self.sudo().dealer_id)
        self._step(("requested", "accepted"), {"state": "planned"}, owner=True)
        vals = {
            "training_id": self.training_id.id,
            "dealer_id": self.dealer_id.id if own else False,
            "company_id": self.company_id.id,
            "date_begin": self._first_morning(),
            "seats": max(20, len(self.person_ids)),
        }
        if not own:
            vals["invited_ids"] = self.dealer_id.ids
        session = self.env["crm.training.session"].create(vals)
        for person in self.person_ids:
            self.env["crm.training.participant"].create(
                {"session_id": session.id, "person_id": person.id}
            )
        self.with_context(crm_training_step=STEP).session_id = session
        return session._get_records_action()

    def _first_morning(self):
        """Nine o'clock in two weeks, or on the day it is wanted, in naive UTC."""
        day = self.company_id._today_here() + timedelta(14)
        day = max(self.wanted_until, day) if self.wanted_until else day
        zone = pytz.timezone(self.company_id._tz_here())
        local = zone.localize(datetime.combine(day, time(9)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _settle(self):
        """Their session was held."""
        planned = self.filtered(lambda n: n.state == "planned")
        planned.with_context(crm_training_step=STEP).write({"state": "done"})

    def _release(self):
        """Their session was cancelled: they wait for another."""
        planned = self.filtered(lambda n: n.state == "planned")
        planned.with_context(crm_training_step=STEP).write(
            {"state": "accepted", "session_id": False}
        )
