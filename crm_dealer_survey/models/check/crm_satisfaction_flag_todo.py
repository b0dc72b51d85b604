from odoo import api, models
from odoo.tools import SQL

from ..programme.crm_satisfaction_version_step import MANAGER

_TYPE = "crm_dealer_survey.mail_activity_type_flag"
# The first new flag of a dealer, kind and month carries the to-do.
_FIRST = """
UPDATE crm_satisfaction_flag f SET todo_month = g.month
  FROM (SELECT min(id) AS id, date_trunc('month', found_on)::date AS month
          FROM crm_satisfaction_flag n
         WHERE state = 'new' AND todo_month IS NULL
           AND NOT EXISTS (
               SELECT FROM crm_satisfaction_flag o
                WHERE o.code = n.code AND COALESCE(o.dealer_id, 0) = COALESCE(n.dealer_id, 0)
                  AND o.todo_month = date_trunc('month', n.found_on)::date)
         GROUP BY code, dealer_id, 2) g
 WHERE f.id = g.id
RETURNING f.id"""


class CrmSatisfactionFlag(models.Model):
    """A to-do for each dealer, kind and month, however many flags there are."""

    _inherit = "crm.satisfaction.flag"

    @api.model
    @api.private
    def _tell(self):
        """Make the to-dos of new flags; again makes none.

        They hang on a flag, not on the dealer, whose staff would read them.
        """
        told = [("todo_month", "!=", False), ("state", "!=", "new")]
        waiting = ("activity_ids", "any", [("active", "=", True)])  # done ones are archived
        self.search([*told, waiting])._pass_todos()
        self.flush_model()
        flags = self.browse(row[0] for row in self.env.execute_query(SQL(_FIRST)))
        self.invalidate_model()
        fallback = self._first_manager() if flags else None
        for flag in flags:
            user = flag.check_id.user_id or fallback
            if user:
                flag.with_context(lang=user.lang).activity_schedule(
                    _TYPE, user_id=user.id, summary=flag.with_context(lang=user.lang)._todo()
                )
        return flags

    def _pass_todos(self):
        """To-dos of flags that are decided go to another flag of their kind, or are done."""
        for flag in self.filtered(lambda flag: flag.todo_month and flag.state != "new"):
            todos = flag.activity_search([_TYPE])
            domain = [
                ("code", "=", flag.code),
                ("dealer_id", "=", flag.dealer_id.id),
                ("state", "=", "new"),
                ("todo_month", "=", False),
            ]
            heir = self.search(domain, order="id", limit=1)
            if todos and heir:
                month = flag.todo_month
                flag.todo_month = False
                flag.flush_recordset(["todo_month"])
                heir.todo_month = month
                todos.res_id = heir.id
            else:
                todos.action_feedback()

    def _todo(self):
        return self.env._(
            "%(kind)s: %(dealer)s", kind=self.check_id.name, dealer=self.dealer_id.name or ""
        )

    @api.model
    def _first_manager(self):
        """The manager of the manufacturer who is there longest, but for the administrator."""
        group = self.env.ref(MANAGER)
        return self.env["res.users"].search(
            [("all_group_ids", "in", group.ids), ("share", "=", False),
             ("id", "!=", self.env.ref("base.user_root").id)],
            order="id", limit=1,
        )  # fmt: skip
