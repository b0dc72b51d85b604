from odoo import api, models
from odoo.tools import SQL

_ADDONS = "crm_dealer_"

# Each unique key of ours that names a customer: its other columns, and where it holds.
_KEYS = """
SELECT t.relname, a.attname, pg_get_expr(i.indpred, i.indrelid),
       ARRAY(SELECT o.attname::text FROM pg_attribute o WHERE o.attrelid = t.oid
                AND o.attnum = ANY(i.indkey) AND o.attnum <> a.attnum)
  FROM pg_constraint f
  JOIN pg_class t ON t.oid = f.conrelid
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = f.conkey[1]
  JOIN pg_index i ON i.indrelid = t.oid AND a.attnum = ANY(i.indkey)
 WHERE f.contype = 'f' AND f.confrelid = 'res_partner'::regclass AND cardinality(f.conkey) = 1
   AND i.indisunique AND NOT i.indisprimary AND NOT 0 = ANY(i.indkey::int2[])
   AND t.relname = ANY(%s)
 ORDER BY 1, 2"""


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """What hangs on merged customers goes to the survivor; of twins one stays (C3).

    The ERP alone drops *all* rows of a table for the merged customers where one of them meets a
    unique constraint, and fails where it is a unique index.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Customers who are proved to be one need not have the same e-mail address.

        For those who see the list of duplicates; others merge as in the ERP.
        """
        candidates = self.env["crm.duplicate.candidate"]
        if extra_checks and candidates.has_access("read"):
            partners = self.env["res.partner"].browse(partner_ids) | (
                dst_partner or self.dst_partner_id
            )
            extra_checks = not candidates._prove(partners.exists())
        return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _update_foreign_keys_generic(self, model, src_records, dst_record):
        """Right before the ERP moves the keys: what a topic does with its own rows it has done."""
        if model == "res.partner":
            # sudo: who may merge the customers may merge what hangs on them.
            self.env["crm.duplicate.candidate"].sudo()._follow_merge(src_records, dst_record)
            self._drop_twins(src_records, dst_record)
        return super()._update_foreign_keys_generic(model, src_records, dst_record)

    @api.model
    def _own_tables(self):
        """Tables of the suite's stored models, those of addons to come included."""
        return [
            model._table
            for model in self.env.registry.values()
            if model._auto
            and not model._transient
            and (model._original_module or "").startswith(_ADDONS)
        ]

    @api.model
    def _drop_twins(self, sources, target):
        """Of rows that would meet a unique key after the merge keep the survivor's, else one."""
        self.env.flush_all()
        merged = tuple((sources | target).ids)
        for table, column, where, others in self.env.execute_query(SQL(_KEYS, self._own_tables())):
            names = [SQL.identifier(name) for name in others]
            known = SQL("".join(" AND %s IS NOT NULL" for _name in names), *names)
            column = SQL.identifier(column)
            self.env.cr.execute(
                SQL(
                    """DELETE FROM %(table)s WHERE id IN (SELECT id FROM (
                           SELECT id, row_number() OVER (
                                  PARTITION BY %(others)s ORDER BY %(column)s = %(target)s DESC, id
                                  ) AS place
                             FROM %(table)s
                            WHERE %(column)s IN %(merged)s AND (%(where)s) %(known)s) twins
                        WHERE place > 1)""",
                    table=SQL.identifier(table),
                    column=column,
                    others=SQL(", ").join([SQL("true"), *names]),
                    target=target.id,
                    merged=merged,
                    # From the catalogue: the predicate of our own index.
                    where=SQL((where or "true").replace("%", "%%")),
                    known=known,
                )
            )
        self.env.invalidate_all(flush=False)
