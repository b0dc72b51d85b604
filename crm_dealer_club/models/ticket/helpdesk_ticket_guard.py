"""Ours come into being at the first stage and change by their own steps alone."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.tools.defaults import without_defaults

# No client can send this object: only our own code writes what the steps own.
STEP = object()

# Follow from team and stage of others' tickets as well; all else of those is their users'.
_FOLLOW = frozenset(("crm_kind", "crm_step"))


class _Without(frozenset):
    """Names without a default in the context of a new ticket; no client can send one either."""


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _step_fields(self):
        """What the steps own; dropped or refused in ``create`` and ``write``. Extend it."""
        return {
            "crm_kind", "crm_step", "vehicle_model_id", "date_received", "date_answered",
            "answered_by_id", "date_solved", "date_reopened", "reopen_count", "closed_date",
            "last_stage_update", "assigned_date", "answer_deadline", "solution_deadline",
            "next_deadline", "answer_missed", "solution_missed", "ticket_sla_ids", "unattended",
            "commercial_partner_id", "number", "rating_status", "rating_ids",
        }  # fmt: skip

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked rights and conditions."""
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_ticket_step=STEP).write(vals)

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_ticket_step") is STEP

    def _ours(self):
        # sudo: what it is decides how it is treated, whoever asks.
        return self.filtered(lambda ticket: ticket.sudo().crm_kind)

    # ------------------------------------------------------------ create

    @api.model_create_multi
    def create(self, vals_list):
        if self._by_step():
            return super().create(vals_list)
        teams = [self._new_team(vals) for vals in vals_list]
        given = {True: [], False: []}
        for vals, team in zip(vals_list, teams, strict=True):
            ours = bool(team.crm_kind)
            given[ours].append(
                self._crm_values(vals, team) if ours else self._without(vals, _FOLLOW)
            )
        made = {}
        for ours, found in given.items():
            names = self._step_fields() if ours else _FOLLOW
            new = without_defaults(self.with_context(crm_ticket_without=_Without(names)), names)
            made[ours] = super(HelpdeskTicket, new).create(found).with_env(self.env)
        made[True]._crm_received()
        order = {ours: iter(tickets) for ours, tickets in made.items()}
        return self.browse().concat(*(next(order[bool(team.crm_kind)]) for team in teams))

    @api.model
    def _without(self, vals, names):
        return {name: value for name, value in vals.items() if name not in names}

    @api.model
    def _new_team(self, vals):
        """The team of a new ticket, as superuser, wherever it comes from; it says whose it is."""
        kind = vals.get("crm_kind") or self.env.context.get("default_crm_kind")
        team = vals.get("team_id")
        if not team and (kind or "team_id" not in vals):
            asked = self.with_context(default_crm_kind=kind, crm_ticket_without=None)
            team = asked.default_get(["team_id"]).get("team_id")
        return self.env["helpdesk.ticket.team"].sudo().browse(team or [])

    @api.model
    def default_get(self, fields):
        """What the steps own does not come from a user's own defaults either.

        Nor does a team of ours: whose the new ticket is has been decided, ours name their team.
        """
        defaults = super().default_get(fields)
        names = self.env.context.get("crm_ticket_without")
        if not isinstance(names, _Without):
            return defaults
        if defaults.get("team_id") and self._new_team(defaults).crm_kind:
            del defaults["team_id"]
        for name in names & defaults.keys():
            del defaults[name]
            if default := self._fields[name].default:
                defaults[name] = default(self)
        return defaults

    @api.model
    def _crm_values(self, vals, team):
        """Values of a new ticket of ours: at the first stage of ``team``. Extend it."""
        return {
            # Who takes the call is not responsible by that, as with others' tickets.
            "user_id": self.env.context.get("default_user_id", False),
            "company_id": (team.company_id or self.env.company).id,
            **self._without(vals, self._step_fields()),
            "team_id": team.id,
            "active": True,  # an archived one would be nobody's, and its clocks stand
            "stage_id": team._get_applicable_stages()[:1].id,
            "date_received": fields.Datetime.now(),
            "rating_status": "stage_change",
            "description": vals.get("description") or vals.get("name"),
        }

    def _crm_received(self):
        """After one of ours came into being, whoever entered it; extend, calling super."""
        for ticket in self:
            company = ticket.sudo().dealer_id.company_id
            if company and company != ticket.company_id:
                ticket._store({"company_id": company.id})
        self._crm_after_step("received")

    # ------------------------------------------------------------ write

    def write(self, vals):
        if self._by_step():
            return super().write(vals)
        if "team_id" in vals:
            self._check_same_kind(vals["team_id"])
        ours = self._ours()
        if others := self - ours:
            super(HelpdeskTicket, others).write(self._without(vals, _FOLLOW))
        if ours:
            given = ours._given_values(vals)
            stage = given.pop("stage_id", None)
            if given:
                super(HelpdeskTicket, ours).write(given)
            ours._crm_moved(stage)
        return True

    def _given_values(self, vals):
        """What may be written of ours by hand; extend it to refuse or drop more."""
        if vals.get("active") is False:
            self._check_may_archive()
        return self._without(vals, self._step_fields() | {"access_token"})

    def _crm_moved(self, stage):
        if moved := self.filtered(lambda ticket: stage and ticket.stage_id.id != stage):
            moved._crm_move(self.env["helpdesk.ticket.stage"].browse(stage))

    def _check_same_kind(self, team_id):
        kind = self.env["helpdesk.ticket.team"].sudo().browse(team_id or []).crm_kind
        for ticket in self.sudo():
            if (ticket.crm_kind or False) != (kind or False):
                raise UserError(
                    self.env._(
                        "“%s” cannot become another kind of ticket. Open a new one, and close "
                        "this with a note.",
                        ticket.display_name,
                    )
                )

    def _check_may_archive(self):
        for ticket in self.sudo():
            if not ticket.stage_id.closed:
                raise UserError(
                    self.env._(
                        "“%s” is open. Close it by its steps; then it can be archived.",
                        ticket.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_manager(self):
        if not self.env.su and self._ours():
            if not self.env.user.has_group("crm_dealer_grading.group_oem_manager"):
                raise AccessError(
                    self.env._("Only the manufacturer's manager deletes these. Close it instead.")
                )

    # ------------------------------------------------------------ what others compute

    def _compute_user_id(self):
        """Of ours anybody with the role may be responsible, not the team's members alone."""
        return super(HelpdeskTicket, self - self._ours())._compute_user_id()

    def _compute_team_id(self):
        """Who belongs to a team of ours as well still opens others' tickets without one."""
        without = self.filtered(lambda ticket: not ticket.team_id)
        result = super()._compute_team_id()
        for ticket in without:
            if ticket.team_id.sudo().crm_kind:
                teams = ticket.user_id.sudo().helpdesk_team_ids
                ticket.team_id = teams.filtered(lambda team: not team.crm_kind)[:1].sudo(False)
        return result

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """A board of ours has the stages of its kind, and only those."""
        kind = self.env.context.get("default_crm_kind") or stages[:1].crm_kind
        if not kind:
            found = super()._read_group_stage_ids(stages, domain)
            return found.filtered(lambda stage: not stage.crm_kind) | stages
        ours = Domain("crm_kind", "=", kind) | Domain("id", "in", stages.ids)
        return stages.search(ours)

    def assign_to_me(self):
        """Of ours, everybody who may write takes one over."""
        if self._ours():
            return self.write({"user_id": self.env.uid})
        return super().assign_to_me()
