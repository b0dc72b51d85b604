import base64
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.privacy import as_json, readable

_DAYS = "crm_dealer_grading.privacy_file_days"
_DEFAULT_DAYS = 30


class CrmPrivacyFile(models.Model):
    """All that is kept of one person, made for handing over, and deleted some days later (P4)."""

    _name = "crm.privacy.file"
    _description = "File of a Person"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", string="Made by", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    deleted_on = fields.Date(
        string="Deletes Itself On",
        required=True,
        readonly=True,
        index=True,
        help="The day on which the file deletes itself.",
    )
    sections = fields.Integer(readonly=True, help="Kinds of data of which something is kept.")
    readable = fields.Binary(string="To Read (HTML)", attachment=True, readonly=True)
    readable_name = fields.Char(compute="_compute_names")
    machine = fields.Binary(string="For Machines (JSON)", attachment=True, readonly=True)
    machine_name = fields.Char(compute="_compute_names")

    def _compute_names(self):
        for file in self:
            file.readable_name = f"person-{file.partner_id.id}-{file.id}.html"
            file.machine_name = f"person-{file.partner_id.id}-{file.id}.json"

    @api.model
    def _days(self):
        """How many days a file is kept; the setting of the parameter, at least one."""
        # sudo: a setting without a secret.
        days = self.env["ir.config_parameter"].sudo().get_param(_DAYS) or ""
        return max(int(days), 1) if days.isdigit() else _DEFAULT_DAYS

    @api.model
    def _make(self, partner):
        """Collect all of ``partner``, store it, and record who did; callers checked the right."""
        sections = partner._privacy_file()
        # sudo: nobody makes or changes such files by hand.
        file = self.sudo().create(
            {
                "partner_id": partner.id,
                "user_id": self.env.uid,
                "deleted_on": fields.Date.context_today(self) + timedelta(days=self._days()),
                "sections": sum(bool(section["rows"]) for section in sections.values()),
                "readable": base64.b64encode(self._as_html(sections).encode()),
                "machine": base64.b64encode(as_json(sections).encode()),
            }
        )
        self.env["crm.protected.access"]._log(
            partner, "*", kind="file", count=sum(len(s["rows"]) for s in sections.values())
        )
        return self.browse(file.id)

    @api.model
    def _as_html(self, sections):
        """The sections as one page that needs nothing else."""
        page = self.env["ir.qweb"]._render(
            "crm_dealer_grading.privacy_file",
            {"sections": sections, "lang": self.env.lang, "doc": self},
        )
        return Markup("<!DOCTYPE html>\n") + page

    def _open(self):
        return self._get_records_action(name=self.env._("File of a Person"), context={})

    def action_print(self):
        """Make a PDF of the file where the server can.

        :raise UserError: the server has no program for PDF; says what to do instead
        """
        self.ensure_one()
        self.check_access("read")
        report = self.env.ref("crm_dealer_grading.crm_privacy_file_report")
        if report.get_wkhtmltopdf_state() not in ("ok", "workers"):
            raise UserError(
                self.env._(
                    "This server cannot make PDF files: the program wkhtmltopdf is missing. "
                    "Open the readable file and print it from the browser, or ask the "
                    "administrator to install the program."
                )
            )
        return report.report_action(self)

    def _sections_now(self):
        """For the printed report: the stored sections are not read again, the data are."""
        self.ensure_one()
        if not self.env.user.has_group("crm_dealer_grading.group_oem_manager"):
            raise AccessError(self.env._("Only the manufacturer's managers print such files."))
        # Here, since a report can be asked for without its button.
        self.env["crm.protected.access"]._log_file_opened(self, "print")
        return self.partner_id._privacy_file()

    @api.model
    def _readable(self, value):
        """For the sections, on the page that is kept and in print."""
        return readable(value)

    def _read_format(self, fnames, load="_classic_read"):
        result = super()._read_format(fnames, load)
        contents = {"readable", "machine"}
        self.env["crm.protected.access"]._log_content_read(self, contents, fnames)
        return result

    @api.autovacuum
    def _gc_files(self):
        """Delete the files whose day has come."""
        today = fields.Date.context_today(self)
        files = self.sudo().search([("deleted_on", "<=", today)], limit=1000)
        files.unlink()
        return len(files), len(files) == 1000
