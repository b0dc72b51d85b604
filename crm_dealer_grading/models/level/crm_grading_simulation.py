from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CrmGradingSimulation(models.Model):
    """A change of policy tried out before it is put into force: who moves where (G14)."""

    _name = "crm.grading.simulation"
    _description = "Grading Simulation"
    _order = "id desc"

    name = fields.Char(required=True)
    scheme_id = fields.Many2one(
        "crm.grading.scheme", required=True, readonly=True, ondelete="cascade", index=True
    )
    draft_id = fields.Many2one(
        "crm.grading.scheme", readonly=True, ondelete="set null", index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("draft", "Being Prepared"),
            ("simulated", "Simulated"),
            ("activated", "Activated"),
            ("discarded", "Discarded"),
        ],
        required=True,
        default="draft",
        readonly=True,
    )
    simulated_on = fields.Datetime(readonly=True)
    customers = fields.Integer(readonly=True, help="Customers who hold a level now or would.")
    movers = fields.Integer(readonly=True, help="Customers whose level would change.")
    currency_id = fields.Many2one(related="scheme_id.currency_id")
    revenue = fields.Monetary(
        string="Revenue of Movers", readonly=True, help="Of the last 12 months."
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_on = fields.Datetime(readonly=True)
    run_id = fields.Many2one("crm.grading.run", readonly=True, ondelete="set null")
    line_ids = fields.One2many("crm.grading.simulation.line", "simulation_id")
    move_ids = fields.One2many("crm.grading.simulation.move", "simulation_id")

    def _start(self, draft):
        """A simulation for a fresh draft."""
        scheme = draft.draft_of_id
        # sudo: whoever may make the draft may have its simulation; nobody makes one directly.
        simulation = self.sudo().create(
            {"name": draft.name, "scheme_id": scheme.id, "draft_id": draft.id}
        )
        return simulation.sudo(self.env.su)

    def _check_may_decide(self):
        """Refuse who may not configure schemes, and what is decided already."""
        if not self.env.su and not self.env.user.has_group("crm_dealer_grading.group_oem_manager"):
            raise AccessError(
                self.env._("Only an OEM manager simulates and changes how customers are graded.")
            )
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if any(s.state in ("activated", "discarded") for s in self) or not all(
            s.draft_id for s in self
        ):
            raise UserError(
                self.env._("This simulation is closed. Start a new one from the scheme.")
            )

    def action_run(self, date=None):
        """Compute who would move; what was computed before is replaced."""
        self._check_may_decide()
        for simulation in self.sudo():
            simulation._forget_figures()
            customers, movers, revenue = simulation.draft_id._simulate(simulation, date)
            simulation.write(
                {
                    "state": "simulated",
                    "simulated_on": fields.Datetime.now(),
                    "customers": customers,
                    "movers": movers,
                    "revenue": revenue,
                }
            )
        return True

    def _forget_figures(self):
        self.env.flush_all()
        for table in ("crm_grading_simulation_move", "crm_grading_simulation_line"):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE simulation_id IN %s",
                    SQL.identifier(table),
                    tuple(self.ids),
                )
            )
        self.invalidate_recordset(["line_ids", "move_ids"])

    def action_activate(self, date=None):
        """Put the draft into force, regrade everybody, and note who did it when."""
        self.ensure_one()
        self._check_may_decide()
        if self.state != "simulated":
            raise UserError(self.env._("Simulate first, to see who would move."))
        scheme = self.draft_id._activate_draft()
        run = scheme.regrade(date=date)
        self._close("activated", run_id=run.id)
        return True

    def action_discard(self):
        """Throw the draft away; its figures stay for the record, the movers do not."""
        self._check_may_decide()
        for simulation in self.sudo():
            simulation._forget_figures()
            simulation.draft_id.unlink()
        self._close("discarded")
        return True

    def _close(self, state, **vals):
        # sudo: the callers have checked who may; nobody writes these fields directly.
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                **vals,
            }
        )

    def action_open_draft(self):
        """Open the draft to change thresholds, shares and levels."""
        self.ensure_one()
        if not self.draft_id:
            raise UserError(
                self.env._("This simulation is closed. Start a new one from the scheme.")
            )
        return self.draft_id._get_records_action(name=self.env._("Draft"))

    def action_open_matrix(self):
        """Open who moves from which level to which, as a matrix."""
        return self._open("crm_dealer_grading.crm_grading_simulation_line_action")

    def action_open_moves(self):
        """Open the customers who would move."""
        return self._open("crm_dealer_grading.crm_grading_simulation_move_action")

    def _open(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        action.update(domain=[("simulation_id", "=", self.id)], context={})
        return action


class CrmGradingSimulationLine(models.Model):
    """How many customers of a dealer go from one level to another, those who stay included."""

    _name = "crm.grading.simulation.line"
    _description = "Simulated Levels"
    _order = "simulation_id desc, customers desc, id"
    _rec_name = "to_level_id"
    _log_access = False

    simulation_id = fields.Many2one(
        "crm.grading.simulation", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="cascade")
    from_level_id = fields.Many2one(
        "crm.grading.level", string="From", ondelete="cascade", index="btree_not_null"
    )
    to_level_id = fields.Many2one(
        "crm.grading.level", string="To", ondelete="cascade", index="btree_not_null"
    )
    customers = fields.Integer()
    revenue = fields.Float(string="Revenue, 12 Months", digits="Product Price")
    moves = fields.Boolean(string="Level Changes")

    def action_open_customers(self):
        """Open the customers behind the line: who moves, or who holds the level and stays."""
        self.ensure_one()
        action = self.simulation_id.action_open_moves()
        ends = [
            ("from_level_id", "=", self.from_level_id.id),
            ("dealer_id", "=", self.dealer_id.id),
        ]
        if self.moves:
            action["domain"] += [*ends, ("to_level_id", "=", self.to_level_id.id)]
            return action
        # Who stays holds the level by the latest run, and is none of the movers.
        action = self.from_level_id.action_open_customers()
        action["domain"] = [
            ("level_id", "=", self.from_level_id.id),
            ("dealer_id", "=", self.dealer_id.id),
            "!",
            ("partner_id.simulation_move_ids.simulation_id", "in", self.simulation_id.ids),
        ]
        return action


class CrmGradingSimulationMove(models.Model):
    """A customer whose level would change."""

    _name = "crm.grading.simulation.move"
    _description = "Simulated Move"
    _order = "revenue desc, id"
    _rec_name = "partner_id"
    _log_access = False

    simulation_id = fields.Many2one(
        "crm.grading.simulation", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="set null")
    from_level_id = fields.Many2one(
        "crm.grading.level", string="From", ondelete="cascade", index="btree_not_null"
    )
    to_level_id = fields.Many2one(
        "crm.grading.level", string="To", ondelete="cascade", index="btree_not_null"
    )
    revenue = fields.Float(string="Revenue, 12 Months", digits="Product Price")


class ResPartner(models.Model):
    _inherit = "res.partner"

    simulation_move_ids = fields.One2many(
        "crm.grading.simulation.move", "partner_id", groups="crm_dealer_grading.group_oem_auditor"
    )
