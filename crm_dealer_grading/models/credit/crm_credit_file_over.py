"""A customer who is over the limit although no document was refused (K4)."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, format_amount

from ...tools.at_commit import collect
from ...tools.touch import touch
from .crm_credit_file import _STEP

OVER = "crm_dealer_grading.mail_activity_type_credit_over"
KEY = "crm_credit_room_partner_ids"


def tell(cr, partner_ids):
    """Tell the controllers of these customers, if they are over the limit now."""
    files = api.Environment(cr, SUPERUSER_ID, {})["crm.credit.file"]
    # Who sells to one of them at this instant meets us here: one of both sees what the other did.
    files.env["crm.credit.turn"]._take_of(
        files.with_context(active_test=False).search([("partner_id", "in", partner_ids)])
    )
    files._tell_overruns(files._untold_overruns(partner_ids))


class CrmCreditFile(models.Model):
    """Each overrun is told once: a to-do for the controller and a line in the chatter."""

    _inherit = "crm.credit.file"

    overrun_told = fields.Monetary(
        string="Known Overrun",
        readonly=True,
        copy=False,
        help="How far over the limit the customer may be without news for the controller, who was "
        "told of it, or allowed it.",
    )

    @api.model
    def _room_withdrawn(self, partners):
        """Look at the customers before the commit: room they stood on was taken back."""
        collect(self.env.cr, KEY, partners.commercial_partner_id.ids, tell)

    @api.model
    def _untold_overruns(self, partner_ids=None):
        """``{file: overrun}`` that differ from what the controller knows, in one query.

        Those that grew, and those that are gone (zero); of companies that control credit.

        :param partner_ids: only of these customers
        """
        controlled = self.env["res.company"]._credit_controlled_ids()
        if not controlled or partner_ids == []:
            return {}
        self.flush_model(["company_id", "limit", "overrun_told", "partner_id", "valid_until"])
        self.env["res.partner"]._credit_flush()
        some = SQL("partner_id IN (SELECT partner_id FROM crm_credit_file)")
        if partner_ids is not None:
            some = SQL("partner_id IN %s", tuple(partner_ids))
        query = SQL(
            """SELECT id, overrun FROM (
                 SELECT f.id, f.overrun_told, GREATEST(0, round(
                        (COALESCE(x.receivable + x.uninvoiced, 0) - %(limit)s)::numeric, 2
                        )) AS overrun
                   FROM crm_credit_file f
                   LEFT JOIN (%(use)s) x ON x.partner_id = f.partner_id
                        AND x.company_id = f.company_id
                  WHERE f.company_id IN %(companies)s AND f.%(some)s) known
                WHERE overrun > COALESCE(overrun_told, 0) OR (overrun = 0 AND overrun_told > 0)
                ORDER BY id""",
            limit=self._limit_today_sql("f"),
            use=self.env["res.partner"]._credit_exposure_sql(SQL("p.commercial_%s", some)),
            companies=tuple(controlled),
            some=some,
        )
        return {self.browse(file): float(over) for file, over in self.env.execute_query(query)}

    @api.model
    def _tell_overruns(self, overruns):
        """One open to-do a file, and a note each time it grew; none where the overrun is gone.

        Whoever tells changes the files' rows first: two at the same instant do not tell twice.
        """
        files = self.union(*overruns)
        touch(files)
        gone = self.union(*(file for file, overrun in overruns.items() if not overrun))
        gone.activity_unlink([OVER])
        open_ones = self.browse(files.activity_search([OVER]).mapped("res_id"))
        for file, overrun in overruns.items():
            file._know_overrun(overrun)
            if not overrun:
                continue
            controller = file._controller()
            body = file.with_context(lang=controller.lang)._overrun_in_words(overrun)
            file._message_log(body=body)
            if file not in open_ones:
                file.activity_schedule(OVER, user_id=controller.id, note=body)

    def _know_overrun(self, overrun):
        self.sudo().with_context(credit_file_step=_STEP).overrun_told = overrun

    def _overrun_in_words(self, overrun):
        return self.env._(
            "Over the credit limit by %(excess)s: limit %(limit)s, used %(used)s. No document was "
            "refused: a payment or credit note was taken back, the limit ended, or the company "
            "only warns.",
            excess=format_amount(self.env, overrun, self.currency_id),
            limit=format_amount(self.env, self._limit_today(), self.currency_id),
            used=format_amount(self.env, self.used, self.currency_id),
        )

    @api.model
    def _cron_tell_overruns(self):
        """Every night: tell what nobody noticed, in batches that commit."""
        while (remaining := self._cron_tell_overruns_batch()) is not None:
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    @api.model
    def _cron_tell_overruns_batch(self, limit=200):
        """Tell some of the overruns, each once; ``None`` when there are none."""
        overruns = self._untold_overruns()
        batch = self.union(*list(overruns)[:limit]).try_lock_for_update()
        if not batch:
            return None
        self._tell_overruns({file: overruns[file] for file in batch})
        return len(overruns) - len(batch)
