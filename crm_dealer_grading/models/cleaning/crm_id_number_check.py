from odoo import fields, models


class CrmIdNumberCheck(models.Model):
    """Which ID number of a customer was judged, by its keyed hash, and how (C3).

    SQL cannot open the numbers; this says which ones need not be opened again. Its own narrow
    table, because a write of ``res_partner`` renews all the indexes there.
    """

    _name = "crm.id.number.check"
    _description = "Checked ID Number"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    fingerprint = fields.Char(required=True, groups=fields.NO_ACCESS)
    valid = fields.Boolean()

    _partner_uniq = models.Constraint("UNIQUE(partner_id)", "This customer's number was checked.")
