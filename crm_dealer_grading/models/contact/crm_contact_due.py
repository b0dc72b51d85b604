"""Customers who are to be contacted, each once (G12)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, plaintext2html

from ...tools.again import again
from .crm_contact_log import WAYS

# Key of the advisory lock under which due contacts are looked for.
_LOCK = 19_0_1200
# What mass creation goes without: mails to the responsible, followers, logs.
_QUIET = {
    "tracking_disable": True,
    "mail_activity_quick_update": True,
    "contact_no_followers": True,
}


class CrmContactDue(models.Model):
    """Ledger of due contacts: one open line a customer, whatever runs twice or is killed.

    A line is *found* by one statement for all customers, then *planned*: given to somebody as
    an activity. The nightly job does both, and goes on where it was killed.
    """

    _name = "crm.contact.due"
    _description = "Due Contact"
    _inherit = ["crm.dealer.scope"]
    _order = "date, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(string="Due On", required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [
            ("found", "To Hand Out"),
            ("planned", "Planned"),
            ("done", "Done"),
            ("skipped", "Skipped"),
        ],
        required=True,
        default="found",
        index=True,
    )
    origin = fields.Selection(
        [("interval", "Interval"), ("minimum", "Minimum"), ("plan", "Planned by Hand")],
        string="Reason",
        required=True,
        default="plan",
    )
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Responsible", index="btree_not_null", ondelete="set null"
    )
    level_id = fields.Many2one(
        "crm.grading.level", index="btree_not_null", ondelete="set null"
    )
    way = fields.Selection(WAYS)
    note = fields.Char(string="What to Do")
    activity_id = fields.Many2one("mail.activity", index="btree_not_null", ondelete="set null")
    log_id = fields.Many2one(
        "crm.contact.log", string="Contact Made", index="btree_not_null", ondelete="set null"
    )
    closed_on = fields.Date(readonly=True)
    phone = fields.Char(related="partner_id.phone")
    count = fields.Integer(string="Due Contacts", default=1, aggregator="sum")

    _open_uniq = models.UniqueIndex(
        "(partner_id) WHERE state IN ('found', 'planned')",
        "A contact with this customer is planned already.",
    )
    _found_index = models.Index("(id) WHERE state = 'found'")
    _open_date_index = models.Index("(date) WHERE state IN ('found', 'planned')")
    _skipped_index = models.Index("(partner_id, closed_on) WHERE state = 'skipped'")

    @api.model
    def _tz(self):
        return self.env.company._tz_here()

    @api.model
    def _today(self):
        """Today at the current company."""
        return self.env.company._today_here()

    @api.model
    def _open_of(self, customers):
        """Return the open lines of ``customers``, in one query."""
        return self.search(
            [("partner_id", "in", customers.ids), ("state", "in", ("found", "planned"))]
        )

    def _close(self, state, log=None):
        """Close lines, and mark their activities done (or take them away where skipped)."""
        activities = self.activity_id.filtered("active")
        self.write(
            {"state": state, "closed_on": self._today(), "log_id": log.id if log else False}
        )
        if state == "done":
            own = self.env.context.get("contact_activity_ids", [])
            activities = activities.filtered(lambda a: a.id not in own)
            if activities:
                activities.action_feedback(feedback=log.summary if log else False)
        else:
            activities.unlink()

    def action_skip(self):
        """Put the contacts off by one interval."""
        self.check_access("write")
        # sudo: who may edit the line may take away the to-do that stands for it.
        self.filtered(lambda due: due.state in ("found", "planned")).sudo()._close("skipped")

    def _is_deep(self):
        """Whether a talk in depth is what the customer's level asks for."""
        return bool(self.level_id.min_contacts and self.level_id.min_contacts_deep)

    def action_log_contact(self):
        """Log the contact that was due."""
        action = self.partner_id.action_log_contact()
        action["context"]["default_deep"] = self._is_deep()
        if self.way:
            action["context"]["default_way"] = self.way
        return action

    def action_open_partner(self):
        """Open the customer."""
        return self.partner_id.get_formview_action()

    def write(self, vals):
        """By hand only who does it, when and how is changed; the to-do follows.

        :raise AccessError: for anything else, which the job and the log keep themselves
        """
        if not self.env.su:
            self._check_by_hand(vals)
        result = super().write(vals)
        names = {"user_id": "user_id", "date": "date_deadline"}
        changed = {names[name]: vals[name] for name in names.keys() & vals.keys()}
        if changed and not self.env.su:
            # sudo: whose line one may edit, the to-do follows.
            self.sudo().activity_id.filtered("active").write(changed)
        if {"state", "date"} & vals.keys():
            self.env["res.partner"]._forget_contacts()
        return result

    def _check_by_hand(self, vals):
        if vals.keys() - {"user_id", "date", "way", "note"}:
            raise AccessError(
                self.env._(
                    "Log the contact, or skip it: a due contact is closed by that. Only the "
                    "person, the day, the way and what to do are changed by hand."
                )
            )
        user = self.env["res.users"].browse(vals.get("user_id"))
        # sudo: who works for the dealer decides, not what the user may see of them.
        if user and any(user not in due.dealer_id.user_ids for due in self.sudo()):
            raise AccessError(
                self.env._("Give the contact to somebody who is staff of the customer's dealer.")
            )

    # -- Nightly job -------------------------------------------------------------------------

    @api.model
    def _cron_plan(self, batch=1000):
        """Find due contacts and give them out as activities, in batches that commit.

        What an earlier run left comes first. Two workers take different batches.
        """
        if self._hand_out_all(batch) and self._find_guarded() and self._hand_out_all(batch):
            self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _find_guarded(self):
        """Look for due contacts, unless another worker does so at this moment."""

        def find():
            lock = SQL("SELECT pg_try_advisory_xact_lock(%s)", _LOCK)
            [[free]] = self.env.execute_query(lock)
            return self._find(self._today()) if free else []

        # Who had the lock before may have found what this transaction cannot see yet.
        found = again(self.env, find, "Due contacts")
        self.env["ir.cron"]._commit_progress(remaining=len(found))
        return True

    @api.model
    def _hand_out_all(self, batch):
        """Hand out what is found; return whether all is done and there is time left."""
        today = self._today()

        def some():
            dues = self._take(batch, today)
            dues._hand_out(today)
            return len(dues)

        while done := again(self.env, some, "Due contacts"):
            if not self.env["ir.cron"]._commit_progress(done, remaining=1):
                return False
        return True

    @api.model
    def _take(self, limit, today):
        """Lock and return a batch of lines that no other worker holds."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_contact_due WHERE state = 'found' AND date <= %s"
                " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                today,
                limit,
            )
        )
        return self.browse(row[0] for row in rows)

    def _hand_out(self, today):
        """Make the activities of these lines: a few statements for a batch, no mails."""
        if not self:
            return
        kind = self.env.ref("crm_dealer_grading.mail_activity_type_due_contact")
        model = self.env["ir.model"]._get_id("res.partner")
        texts = {}
        names = {p.id: p.complete_name for p in self.partner_id}
        activities = (
            self.env["mail.activity"]
            .with_context(**_QUIET)
            .create(
                [
                    {
                        "activity_type_id": kind.id,
                        "res_model_id": model,
                        "res_id": due.partner_id.id,
                        # Told here, or the ERP asks for each customer's name by itself.
                        "res_name": names[due.partner_id.id],
                        "user_id": due.user_id.id,
                        "date_deadline": max(due.date, today),
                        "automated": True,
                        **due._activity_texts(texts),
                    }
                    for due in self
                ]
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_contact_due d SET state = 'planned', activity_id = v.activity"
                "  FROM unnest(%s, %s) AS v(id, activity) WHERE v.id = d.id",
                self.ids,
                activities.ids,
            )
        )
        self.invalidate_recordset(["state", "activity_id"])

    def _activity_texts(self, texts):
        """Summary and note in the language of the responsible person, made once for each kind."""
        lang = self.user_id.lang
        key = (self.level_id, self.way, self.note, lang)
        if key not in texts:
            due = self.with_context(lang=lang)
            way = dict(due._fields["way"]._description_selection(due.env)).get(self.way)
            deep = due.env._("Deep Contact") if due._is_deep() else False
            parts = [way, due.note or due.level_id.name, deep]
            treatment = due.level_id.treatment
            texts[key] = {
                "summary": " · ".join(filter(None, parts)) or due.env._("Contact the customer"),
                "note": treatment and plaintext2html(treatment),
            }
        return texts[key]
