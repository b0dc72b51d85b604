from odoo import Command, api, fields, models

from odoo.addons.crm_dealer_grading.tools.dialog import show

from ..models.sampling.crm_satisfaction_sample_draw import FIGURES
from ..models.sampling.crm_satisfaction_sample_stratum import STRATA


class CrmSatisfactionSamplePreview(models.TransientModel):
    """What a draw would find, before it is made (S2)."""

    _name = "crm.satisfaction.sample.preview"
    _description = "Preview of a Draw"
    _rec_name = "sample_id"

    sample_id = fields.Many2one(
        "crm.satisfaction.sample", required=True, readonly=True, ondelete="cascade"
    )
    line_ids = fields.One2many(
        "crm.satisfaction.sample.preview.line", "preview_id", string="Groups", readonly=True
    )
    frame = fields.Integer(string="Events", compute="_compute_sums")
    unreachable = fields.Integer(string="No Address", compute="_compute_sums")
    refused = fields.Integer(string="Not Allowed", compute="_compute_sums")
    resting = fields.Integer(string="Asked Lately", compute="_compute_sums")
    double = fields.Integer(string="Same Customer", compute="_compute_sums")
    able = fields.Integer(string="Customers to Draw From", compute="_compute_sums")
    quota = fields.Integer(string="Would Be Drawn", compute="_compute_sums")
    short_dealers = fields.Char(string="Too Few Of", compute="_compute_short_dealers")

    @api.depends("line_ids")
    def _compute_sums(self):
        for preview in self:
            for name in FIGURES:
                preview[name] = sum(preview.line_ids.mapped(name))

    @api.depends("line_ids", "sample_id.minimum")
    def _compute_short_dealers(self):
        for preview in self:
            sample = preview.sample_id
            drawn = {
                dealer: sum(lines.mapped("quota"))
                for dealer, lines in preview.line_ids.grouped("dealer_id").items()
            }
            short = sample._short_dealers(drawn, sample._dealers_asked()[sample])
            preview.short_dealers = ", ".join(short.mapped("name"))

    @api.model
    def _open(self, sample):
        """The action that shows what a draw of ``sample`` would find now."""
        sample.check_access("write")
        # sudo: the draw looks at all customers; the caller learns figures alone.
        rows = sample.sudo()._preview()
        names = ("dealer_id", "stratum", *FIGURES)
        preview = self.create(
            {
                "sample_id": sample.id,
                "line_ids": [
                    Command.create({name: row[name] for name in names}) for row in rows
                ],
            }
        )
        return show(preview, self.env._("What a Draw Would Find"))

    def action_draw(self):
        """Make the draw."""
        self.ensure_one()
        self.sample_id.action_draw()
        return {"type": "ir.actions.act_window_close"}


class CrmSatisfactionSamplePreviewLine(models.TransientModel):
    """A dealer's group in the preview."""

    _name = "crm.satisfaction.sample.preview.line"
    _description = "Preview of a Draw: Group"
    _order = "dealer_id, stratum"

    preview_id = fields.Many2one(
        "crm.satisfaction.sample.preview", required=True, readonly=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    stratum = fields.Selection(STRATA, string="Group", readonly=True)
    frame = fields.Integer(string="Events", readonly=True)
    unreachable = fields.Integer(string="No Address", readonly=True)
    refused = fields.Integer(string="Not Allowed", readonly=True)
    resting = fields.Integer(string="Asked Lately", readonly=True)
    double = fields.Integer(string="Same Customer", readonly=True)
    able = fields.Integer(string="Customers to Draw From", readonly=True)
    quota = fields.Integer(string="Would Be Drawn", readonly=True)
