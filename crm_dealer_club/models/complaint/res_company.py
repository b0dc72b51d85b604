from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    complaint_repeat_days = fields.Integer(
        string="Complaint Repeats within (Days)",
        default=30,
        help="A complaint of the same customer or vehicle with the same cause within so many "
        "days is marked as a repeat.",
    )
    complaint_compensation_limit = fields.Monetary(
        string="Compensation That Dealers Approve",
        default=2000,
        help="Up to this amount a dealer's manager approves a compensation, above it the "
        "manufacturer's manager.",
    )
    complaint_unreached_calls = fields.Integer(
        string="Calls before Closing Unreached",
        default=3,
        help="A complaint is closed without the customer's word after so many calls that "
        "nobody answered.",
    )

    complaint_call_hours = fields.Integer(
        string="Hours between These Calls",
        default=4,
        help="A call that nobody answered counts if the last one that counted was so long ago.",
    )

    _complaint_settings_check = models.Constraint(
        "CHECK(COALESCE(complaint_repeat_days, 0) >= 0"
        " AND COALESCE(complaint_compensation_limit, 0) >= 0"
        " AND COALESCE(complaint_call_hours, 0) >= 0"
        " AND COALESCE(complaint_unreached_calls, 1) >= 1)",
        "Days, hours and limit of complaints are zero or more, calls at least one.",
    )
