from odoo import api, models

# What is not finished: the model, whose it is, and what is open there.
_OPEN = {
    "unpaid": ("account.move", "commercial_partner_id", [
        ("state", "=", "posted"),
        ("payment_state", "in", ("not_paid", "partial", "in_payment")),
        ("move_type", "!=", "entry"),  # what is owed to them as well
        ("amount_residual", "!=", 0),
    ]),
    "draft": ("account.move", "commercial_partner_id", [
        ("state", "=", "draft"), ("move_type", "!=", "entry"),
    ]),
    "order": ("sale.order", "partner_id", [
        # Nothing to invoice yet: what is invoiced on delivery is still to be delivered.
        ("state", "=", "sale"), ("invoice_status", "in", ("to invoice", "no")),
        ("amount_total", "!=", 0),
    ]),
    "hold": ("crm.credit.hold", "partner_id", [("state", "=", "open")]),
    "application": ("crm.credit.application", "partner_id", [("state", "=", "submitted")]),
    "visit": ("crm.service.visit", "partner_id", [
        ("stage", "not in", ("delivered", "followed_up", "cancelled")),
    ]),
}  # fmt: skip


class ResPartner(models.Model):
    """What stands against erasing a person: first it is brought to its end (P4)."""

    _inherit = "res.partner"

    def _privacy_blocks(self):
        """Sentences that say why these people cannot be erased yet, and what to do; extend.

        ``self`` are the people, as superuser; an empty list lets the erasure go on.
        """
        return [*self._privacy_blocks_who(), *self._privacy_blocks_open()]

    def _privacy_blocks_who(self):
        said = []
        if self.filtered("privacy_erased_on"):
            said.append(self.env._("This person has been erased already."))
        if self.filtered("is_company"):
            said.append(
                self.env._(
                    "This is a company, not a person. Erase the contacts of the company one by one."
                )
            )
        if (
            self.env["res.users"]
            .with_context(active_test=False)
            .search_count([("partner_id", "in", self.ids), ("share", "=", False)], limit=1)
        ):
            said.append(
                self.env._(
                    "This contact is a user of the ERP. Personnel data are not erased here: "
                    "ask the administrator."
                )
            )
        own = self.env["res.company"].search_count([("partner_id", "in", self.ids)], limit=1)
        dealers = self.env["crm.dealer"].with_context(active_test=False)
        if own or dealers.search_count([("partner_id", "in", self.ids)], limit=1):
            said.append(
                self.env._("A company or a dealer of ours stands on this contact: change it first.")
            )
        return said

    def _privacy_blocks_open(self):
        words = {
            "unpaid": self.env._("Invoices are not settled: %s. Settle or write them off first."),
            "draft": self.env._("Invoices are still drafts: %s. Post or delete them first."),
            "order": self.env._("Orders are not invoiced: %s. Invoice or cancel them first."),
            "hold": self.env._(
                "Documents are held by the credit control: %s. Decide on them first."
            ),
            "application": self.env._(
                "Credit applications are under way: %s. Decide on them first."
            ),
            "visit": self.env._("Visits are not finished: %s. Finish or cancel them first."),
        }
        return self._privacy_blocks_of(
            (model, [(key, "in", self.ids), *domain], words[what])
            for what, (model, key, domain) in _OPEN.items()
        )

    def _privacy_blocks_of(self, asked):
        """Sentences about the records that are found, with the names of the first five."""
        said = []
        for model, domain, words in asked:
            found = self.env[model].search(domain, limit=6) if model in self.env else ()
            if found:
                said.append(words % self._privacy_named(found))
        return said

    @api.model
    def _privacy_named(self, records):
        """The names of the first five."""
        names = [record.display_name or str(record.id) for record in records[:5]]
        return ", ".join([*names, "…"] if len(records) > 5 else names)

    def _privacy_hints(self):
        """Sentences on what the erasure does not reach and somebody should look at; extend."""
        listed = self.env["crm.duplicate.candidate"].search_count(
            ["|", ("partner_a_id", "in", self.ids), ("partner_b_id", "in", self.ids)], limit=100
        )
        if not listed:
            return []
        return [
            self.env._(
                "%s possible duplicates of this person are listed. Merge them first, or erase "
                "them as well: what is kept of them stays.",
                listed,
            )
        ]
