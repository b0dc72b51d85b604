"""Overdue notices go to the dealer's manager, then to the manufacturer's; each once (S4)."""

from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.alone import alone
from odoo.addons.crm_dealer_grading.tools.batches import in_batches

# So many days after the deadline the manufacturer is told; a system parameter changes it.
OEM_DAYS = 3
# The row of the notice is taken: two workers do not tell of the same one at once.
_DUE = """
    SELECT r.id, l.level
      FROM crm_rectification r
      JOIN unnest(%(companies)s::int[], %(days)s::date[]) AS c (id, today)
        ON c.id = r.company_id
     CROSS JOIN LATERAL (VALUES ('dealer', r.deadline_on),
                                ('oem', r.deadline_on + %(oem)s)) AS l (level, day)
     WHERE r.state IN ('issued', 'in_work') AND r.deadline_on IS NOT NULL
       AND l.day < c.today AND r.id <> ALL(%(failed)s)
       AND NOT EXISTS (
               SELECT FROM crm_rectification_escalation e
                WHERE e.rectification_id = r.id AND e.level = l.level
                  AND e.deadline_on = r.deadline_on)
     ORDER BY r.deadline_on, r.id, l.level
     LIMIT %(limit)s
       FOR UPDATE OF r SKIP LOCKED"""


class CrmRectificationEscalation(models.Model):
    """Who was told that a deadline has passed, each level once a deadline; append-only (S4)."""

    _name = "crm.rectification.escalation"
    _description = "Escalation of a Notice"
    _order = "date desc, id desc"
    _rec_name = "level"

    rectification_id = fields.Many2one(
        "crm.rectification", string="Notice", required=True, readonly=True, index=True,
        ondelete="cascade",
    )  # fmt: skip
    level = fields.Selection(
        [("dealer", "Dealer Manager"), ("oem", "Manufacturer")], required=True, readonly=True
    )
    deadline_on = fields.Date(string="Deadline", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_ids = fields.Many2many(
        "res.users", "crm_rectification_escalation_user_rel", "escalation_id", "user_id",
        string="Told", readonly=True,
    )  # fmt: skip

    _once = models.Constraint(
        "UNIQUE(rectification_id, level, deadline_on)", "This level was told already."
    )

    @api.model
    def _oem_days(self):
        # sudo: a parameter that everybody is subject to.
        parameters = self.env["ir.config_parameter"].sudo()
        value = parameters.get_param("crm_dealer_survey.rectification_oem_days")
        return int(value) if value and value.isdigit() else OEM_DAYS

    @api.model
    def _cron_escalate(self, limit=50):
        """Tell in batches until nothing is due; each batch is kept before the next begins."""
        failed = []
        in_batches(self.env, lambda: self._escalate_batch(limit=limit, failed=failed))

    @api.model
    def _escalate_batch(self, limit=50, failed=None):
        """Tell whoever is due; returns how many levels were taken up.

        :param list failed: ids of notices that are left out; those that fail are added
        """
        failed = [] if failed is None else failed
        self.env.flush_all()
        here = self.env["crm.followup.call"]._days_here()
        query = SQL(_DUE, companies=here["companies"], days=here["days"], oem=self._oem_days(),
                    failed=failed, limit=limit)  # fmt: skip
        rows = self.env.execute_query(query)
        for notice_id, level in rows:
            notice = self.env["crm.rectification"].browse(notice_id)
            complaint = f"Notice {notice_id}: nobody could be told of its deadline"
            if not alone(self.env, partial(self._tell, notice, level), complaint):
                failed.append(notice_id)  # tried again by the next run
        return len(rows)

    @api.model
    def _tell(self, notice, level):
        """Note the level and tell its people, in one transaction."""
        notice = notice.sudo()
        people = notice._dealer_people() if level == "dealer" else notice.env["res.users"]
        people = people or notice._manufacturer_people()  # a dealer without a manager as well
        self.sudo().create(
            {
                "rectification_id": notice.id,
                "level": level,
                "deadline_on": notice.deadline_on,
                "user_ids": [(6, 0, people.ids)],
            }
        )
        for user in people[:1]:
            notice._plan(user, "overdue", notice.company_id._today_here())
        for lang, users in people.grouped("lang").items():
            worded = notice.with_context(lang=lang)
            words = worded.env._(
                "Rectification overdue since %(day)s: %(notice)s",
                day=notice.deadline_on,
                notice=notice.display_name,
            )
            worded.message_notify(
                partner_ids=users.partner_id.ids, subject=words, body=words,
                author_id=self.env.ref("base.partner_root").id,
            )  # fmt: skip
