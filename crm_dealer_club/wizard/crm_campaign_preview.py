from odoo import api, fields, models

_SAMPLE = 20


class CrmCampaignPreview(models.TransientModel):
    """Who would get a mailing now, and how many are left out for which reason (M11)."""

    _name = "crm.campaign.preview"
    _description = "Who Would Get a Mailing"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("mailing_id",)

    mailing_id = fields.Many2one(
        "mailing.mailing", required=True, readonly=True, ondelete="cascade"
    )
    found = fields.Integer(string="Found by the Filter", readonly=True)
    reached = fields.Integer(string="May Get It", readonly=True)
    control = fields.Integer(
        string="Of These Left Out at Random",
        readonly=True,
        help="About so many; who it is is decided when the mailing goes out.",
    )
    line_ids = fields.One2many("crm.campaign.preview.line", "preview_id", readonly=True)
    sample_ids = fields.Many2many("res.partner", string="For Instance", readonly=True)

    @api.model
    def _of(self, mailing):
        """The preview of a mailing that the user may send."""
        mailing.check_access("write")
        counts = mailing._audience_counts()
        fresh = counts.pop("fresh", 0)
        reached = counts.pop("reached", 0) + fresh
        found = counts.pop("found")
        lines = self.env["crm.campaign.preview.line"]
        return self.create(
            {
                "mailing_id": mailing.id,
                "found": found,
                "reached": reached,
                "control": round(fresh * mailing.campaign_id.control_percent / 100),
                "sample_ids": [fields.Command.set(mailing._audience_sample(_SAMPLE))],
                "line_ids": [
                    fields.Command.create({"reason": reason, "count": counts[reason]})
                    for reason in dict(lines._fields["reason"].selection)
                    if counts.get(reason)
                ],
            }
        )
