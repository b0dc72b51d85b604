from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.http import request

from ...tools.frozen import freeze_rows
from ...tools.retention import not_removing_sql

# What a merge, a deletion and an erasure take away: whose row it was, and what was typed.
_MAY_GO = {"partner_id", "reason"}
_LONGEST = 2000


class CrmProtectedAccess(models.Model):
    """Who looked at or took along which personal data of whom, and when (P4). Append-only.

    The OEM manager alone reads it. Dealers' managers do not: it tells how colleagues work, and
    of customers that are shared what other dealers do with them.
    """

    _name = "crm.protected.access"
    _description = "Access to Protected Data"
    _order = "id desc"
    _rec_name = "field_name"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [
            ("id_number", "ID Number Shown"),
            ("export", "Export"),
            ("file", "File of a Person Made"),
            ("download", "File of a Person Downloaded"),
            ("lookup", "Privacy Lookup"),
            ("erasure", "Erasure"),
            ("paper", "Credit Paper Opened"),
        ],
        required=True,
        default="id_number",
        index=True,
    )
    # The log outlives an erased customer, whose number then is all that is left.
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", ondelete="set null"
    )
    partner_number = fields.Integer(string="Customer ID", readonly=True, aggregator=None)
    count = fields.Integer(string="Records", default=1, help="How many records were taken along.")
    model_name = fields.Char(string="Kind of Records", help="Technical name of what was exported.")
    field_name = fields.Char(required=True)
    data_words = fields.Char(string="Data", compute="_compute_data_words")
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    address = fields.Char(
        string="Network Address",
        help="IP address that the user's request came from, where there was one.",
    )
    reason = fields.Char()

    def init(self):
        """The database refuses to change and to delete rows as well.

        The number of a person may be taken off a row, and what somebody typed: merges move
        the one, an erasure removes both.
        """
        result = super().init()
        frozen = [
            field.name
            for field in self._fields.values()
            if field.store and field.column_type and field.name not in _MAY_GO
        ]
        words = "the log of accesses does not change"
        freeze_rows(self.env.cr, self._table, frozen, not_removing_sql(), words)
        return result

    @api.depends("field_name", "model_name", "kind")
    @api.depends_context("lang")
    def _compute_data_words(self):
        """What ``field_name`` lists, as the screens of its records call it."""
        all_data = self.env._("All data")
        lookup = self.env["privacy.lookup.wizard"]
        for log in self:
            records = self.env.get(log.model_name or "res.partner", lookup)
            words = []
            for name in log.field_name.split(", "):
                field = (lookup if log.kind == "lookup" else records)._fields.get(name)
                label = field._description_string(self.env) if field else name
                words.append(all_data if name == "*" else label)
            log.data_words = ", ".join(words)

    @api.model
    def _log(self, partner, field_name, reason=None, **more):
        """Record what the current user does with ``partner``'s data; return the row.

        In a read-only transaction, as exports and downloads may have, the row gets one of its own.

        :param partner: one ``res.partner``, or none where there are many
        :param field_name: which data, technical names
        :param more: ``kind``, ``count``, ``model_name``
        """
        values = {
            "user_id": self.env.uid,
            "partner_id": partner.id,
            "partner_number": partner.id,
            "field_name": field_name[:_LONGEST],
            "reason": reason,
            "address": request.httprequest.remote_addr if request else None,
            **more,
        }
        # sudo: nobody may write the log; the caller has checked the right to look.
        log = self.sudo()
        if not self.env.cr.readonly:
            return log.create(values)
        # Nothing is lost: it has read only. As in core, where a page finds that it has to write.
        self.env.cr.rollback()
        with self.env.registry.cursor(readonly=False) as cr:
            row = log.with_env(log.env(cr=cr)).create(values)
        return self.browse(row.id)

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The log of accesses to protected data cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The log of accesses to protected data cannot be deleted."))
