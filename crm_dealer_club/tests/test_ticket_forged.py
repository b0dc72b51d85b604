"""What only steps write is not forged by the defaults of a context or of a user (M7, M8)."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_complaint import ComplaintCase

_PAST = "2020-01-01 08:00:00"


@tagged("post_install", "-at_install")
class TestTicketForged(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["helpdesk.ticket"].with_user(cls.users["manager_a"])
        cls.owned = cls.tickets._step_fields()

    def _forged(self, name):
        """A value that an honest new ticket does not have; what the user cannot see is refused."""
        field = self.tickets._fields[name]
        if field.type == "many2one":
            model = self.tickets.env[field.comodel_name]
            seen = model.has_access("read")
            return seen and model.search([], order="id desc", limit=1).id
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        known = {"datetime": _PAST, "date": _PAST[:10], "boolean": True, "integer": 7}
        return known.get(field.type, 7.0 if field.type in ("float", "monetary") else "forged")

    def _default(self, name, value, user):
        self.env["ir.default"].set("helpdesk.ticket", name, value, user_id=user.id)

    def _new(self, kind, **context):
        return self.tickets.with_context(**context).create(
            {
                "name": "Brakes squeak",
                "crm_kind": kind,
                "partner_id": self.customer_a.id,
                "compensation_kind": "vehicle",
                "compensation_amount": 100000,
            }
        )

    def _state(self, ticket):
        """What the steps own, but for moments of now and what is this ticket's own."""
        ticket = ticket.sudo()
        ticket.env.flush_all()
        ticket.invalidate_recordset()
        state = {}
        for name in self.owned - {"number", "contact_log_id", "ticket_sla_ids", "rating_ids"}:
            value = ticket[name]
            if ticket._fields[name].type == "datetime":
                value = bool(value) and value > fields.Datetime.to_datetime(_PAST)
            state[name] = value
        return state

    def test_the_context_says_nothing_of_steps(self):
        for kind in "complaint", "rescue":
            honest = self._state(self._new(kind))
            for name in sorted(self.owned):
                if self.tickets._fields[name].type in ("one2many", "many2many"):
                    continue
                if name == "crm_kind":  # says which kind it becomes, as it should
                    continue
                ticket = self._new(kind, **{f"default_{name}": self._forged(name)})
                self.assertEqual(self._state(ticket), honest, (kind, name))

    def test_approved_by_the_context(self):
        ticket = self._new(
            "complaint",
            default_compensation_approved_on=_PAST,
            default_compensation_approved_by_id=self.users["oem"].id,
            default_date_answered=_PAST,
            default_date_solved=_PAST,
            default_active=False,
        )
        self.assertFalse(ticket._compensation_settled())
        self.assertTrue(ticket.compensation_to_approve)
        self.assertFalse(ticket.date_answered or ticket.date_solved)
        self.assertTrue(ticket.active)
        self.assertNotEqual(ticket.clock_state, "stopped")

    def test_defaults_of_the_user_say_nothing_of_steps(self):
        honest = self._state(self._new("complaint"))
        for name in sorted(self.owned):
            field = self.tickets._fields[name]
            if field.type in ("one2many", "many2many") or not field.store:
                continue
            self._default(name, self._forged(name), self.users["manager_a"])
        self.assertEqual(self._state(self._new("complaint")), honest)

    def test_whatever_says_that_it_is_ours(self):
        """The team may come from the context or the user's own default, amid others' tickets."""
        forged = {
            "name": "X", "date_answered": _PAST, "rating_status": "no_rate", "number": "HT0",
            "active": False,
        }  # fmt: skip
        others = {"name": "Y", "description": "Y", "team_id": self.other_team.id}
        free = self.env["helpdesk.ticket"]
        self._default("team_id", self.team.id, self.env.user)
        for tickets, vals in (
            (free, {"team_id": self.team.id}),
            (free, {"crm_kind": "complaint"}),
            (free.with_context(default_team_id=self.team.id), {}),
            (free.with_context(default_crm_kind="complaint"), {}),
            (free, {}),
        ):
            made = tickets.create([others, {**forged, **vals}, others]).sudo()
            self.assertEqual(made.mapped("name"), ["Y", "X", "Y"])
            self.assertEqual(made.mapped("crm_kind"), [False, "complaint", False])
            ours = made[1]
            self.assertEqual((ours.rating_status, ours.active), ("stage_change", True))
            self.assertFalse(ours.date_answered)
            self.assertNotEqual(ours.number, "HT0")
        # A default of another team does not take a complaint away.
        self._default("team_id", self.other_team.id, self.users["manager_a"])
        self.assertEqual(self._new("complaint").crm_kind, "complaint")

    def test_nobody_says_that_ours_is_others(self):
        """Neither a context that leaves the team out nor a kind without a team hides ours."""
        closed = self.env["helpdesk.ticket.stage"]._of_step("complaint", "closed", self.team)
        forged = {
            "name": "X", "description": "X", "date_answered": _PAST, "rating_status": "no_rate",
            "number": "HT0", "active": False, "stage_id": closed.id,
        }  # fmt: skip
        context = {"crm_ticket_without": ["team_id"], "default_team_id": self.team.id}
        ours = self.tickets.with_context(**context).create(forged).sudo()
        self.assertEqual((ours.crm_kind, ours.crm_step), ("complaint", "receive"))
        self.assertEqual((ours.rating_status, ours.active), ("stage_change", True))
        self.assertFalse(ours.date_answered)
        self.assertNotEqual(ours.number, "HT0")
        # A context that is none of our own changes no default.
        honest = self.tickets.default_get(["rating_status", "sequence"])
        context = {"crm_ticket_without": ["rating_status", "sequence"]}
        self._default("sequence", 7, self.users["manager_a"])
        self.assertEqual(
            self.tickets.with_context(**context).default_get(["rating_status", "sequence"]),
            {**honest, "sequence": 7},
        )

    def test_a_kind_without_a_team_is_others(self):
        """What was taken for others' is no complaint by the user's own default either."""
        self.env["helpdesk.ticket.team"].search([("crm_kind", "=", "rescue")]).crm_kind = False
        vals = {"name": "X", "description": "X", "date_answered": _PAST}
        for user in self.env.user, self.users["manager_a"]:
            self._default("team_id", self.team.id, user)
        for kind in "nope", "rescue":
            for context, given in (({}, {"crm_kind": kind}), ({"default_crm_kind": kind}, {})):
                free = self.env["helpdesk.ticket"].with_context(**context)
                self.assertFalse(free.create({**vals, **given}).crm_kind)
                with self.assertRaises(AccessError):
                    self.tickets.with_context(**context).create({**vals, **given})
        ticket = self.tickets.create(vals).sudo()
        self.assertEqual(ticket.crm_kind, "complaint")
        self.assertFalse(ticket.date_answered)

    def test_others_tickets_keep_what_is_entered(self):
        entered = {
            "rating_status": "no_rate", "number": "OLD-7", "assigned_date": _PAST,
            "closed_date": _PAST, "last_stage_update": _PAST,
        }  # fmt: skip
        tickets = self.env["helpdesk.ticket"].with_user(self.helper)
        for team in self.other_team.id, False:
            vals = {"name": "No toner", "description": "Tray 3", "team_id": team}
            made = tickets.create({**vals, **entered})
            # The helpdesk draws the number of its own accord where the entry has none.
            context = {f"default_{name}": value for name, value in entered.items()}
            made |= tickets.with_context(**context).create({**vals, "number": "OLD-7"})
            for ticket in made:
                for name, value in entered.items():
                    field = ticket._fields[name]
                    self.assertEqual(ticket[name], field.convert_to_cache(value, ticket), name)

    def test_others_tickets_have_the_defaults_of_their_user(self):
        self._default("rating_status", "no_rate", self.helper)
        self._default("crm_kind", "complaint", self.helper)
        tickets = self.env["helpdesk.ticket"].with_user(self.helper)
        ticket = tickets.create(
            {"name": "X", "description": "X", "team_id": self.other_team.id, "crm_kind": "rescue"}
        )
        self.assertEqual(ticket.rating_status, "no_rate")
        self.assertFalse(ticket.sudo().crm_kind)
