from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmPrivacyErase(models.TransientModel):
    """Shows what an erasure deletes, anonymises and keeps, and asks for a typed word (P4)."""

    _name = "crm.privacy.erase"
    _description = "Erasure of Personal Data"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("partner_id",)

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    line_ids = fields.One2many("crm.privacy.erase.line", "erase_id", readonly=True)
    blocks = fields.Text(string="What Is Open", compute="_compute_blocks")
    hints = fields.Text(compute="_compute_blocks")
    word = fields.Char(compute="_compute_word", help="What has to be typed to confirm.")
    typed = fields.Char(string="Type It to Confirm")
    reason = fields.Char(help="For the log, without data of the person: how and when it was asked.")
    documents = fields.Selection(
        [
            ("keep", "Keep them: the law on accounting asks for them"),
            ("delete", "Delete them: they are archived outside of the ERP"),
        ],
        string="Files of Orders and Invoices",
        required=True,
        default="keep",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["res.partner"]._check_may_keep_privacy()
        erases = super().create(vals_list)
        for erase in erases:
            erase._preview()
        return erases

    def _preview(self):
        """Write a line for each kind of which there is something."""
        people = self.partner_id._privacy_people()
        lines = []
        if further := len(people) - 1:
            lines.append(
                {
                    "erase_id": self.id,
                    "sequence": -1,
                    "name": self.env._("Further Addresses"),
                    "count": further,
                    "fate": "anonymise",
                }
            )
        for sequence, (kind, records) in enumerate(people._privacy_found()):
            if records and kind.model != "res.partner":
                why = getattr(people, kind.why)() if kind.why else False
                lines.append(
                    {
                        "erase_id": self.id,
                        "sequence": sequence,
                        "name": people._privacy_title(kind),
                        "count": len(records),
                        "fate": kind.fate,
                        "why": why,
                    }
                )
        lines += self._lines_by_hand(people)
        # sudo: the lines are shown only.
        self.env["crm.privacy.erase.line"].sudo().create(lines)

    def _lines_by_hand(self, people):
        """What another contact may have said as well: it stays until somebody looks."""
        return [
            {
                "erase_id": self.id,
                "sequence": 1000,
                "name": people._privacy_title(kind),
                "count": len(rows),
                "fate": "hand",
                "why": self.env._(
                    "Another contact has the same phone or e-mail. Delete by hand what is this "
                    "person's: %s",
                    people._privacy_named(rows),
                ),
                "res_model": kind.model,
                "res_ids": rows.ids,
            }
            for kind, rows in people._privacy_found_shared()
            if rows
        ]

    @api.depends("partner_id")
    def _compute_blocks(self):
        for erase in self:
            people = erase.partner_id._privacy_people()
            erase.blocks = "\n".join(people._privacy_blocks()) or False
            erase.hints = "\n".join(people._privacy_hints()) or False

    @api.depends_context("lang")
    def _compute_word(self):
        self.word = self.env._("ERASE")

    def action_erase(self):
        """Erase the person, once the word is typed.

        :raise UserError: the word or the reason is missing, or something is open
        """
        self.ensure_one()
        partner = self.partner_id
        partner._check_may_keep_privacy()
        if (self.typed or "").strip() != self.word:
            raise UserError(
                self.env._("Type “%s” to confirm: an erasure cannot be undone.", self.word)
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say for the log how and when the person asked for it."))
        partner._privacy_erase(self.reason.strip(), self.documents)
        return {"type": "ir.actions.act_window_close", "infos": {"erased": True}}
