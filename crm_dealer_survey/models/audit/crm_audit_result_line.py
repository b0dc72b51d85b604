import base64

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.photo import bare
from .crm_audit import AUDITOR
from .crm_audit_answer import STATES


class CrmAuditResultLine(models.Model):
    """Sections and items of released audits, for the dealer's manager (S9)."""

    _name = "crm.audit.result.line"
    _description = "Item of an Audit Result"
    _auto = False
    # By the id: a join would ask for a table that is none.
    _order = "result_id.id desc, place, is_section desc, id"
    _depends = {
        "crm.audit": ["active", "state", "released_on", "dealer_id", "company_id"],
        "crm.audit.answer": [
            "audit_id", "item_id", "section_id", "place", "state", "points", "max_points", "share",
            "is_finding", "remark", "rectification_id",
        ],
        "crm.audit.score": ["audit_id", "section_id", "score", "has_score"],
    }  # fmt: skip

    result_id = fields.Many2one("crm.audit.result", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    place = fields.Integer(string="No.", readonly=True, aggregator=None)
    is_section = fields.Boolean(string="Is a Section", readonly=True)
    section_id = fields.Many2one("crm.audit.section", readonly=True, groups=AUDITOR)
    item_id = fields.Many2one(
        "crm.audit.item", string="Checklist Item", readonly=True, groups=AUDITOR
    )
    name = fields.Char(string="Item", compute="_compute_item")
    guidance = fields.Text(compute="_compute_item")
    is_must = fields.Boolean(string="Must", compute="_compute_item")
    state = fields.Selection(STATES, readonly=True)
    points = fields.Integer(readonly=True, aggregator=None)
    max_points = fields.Integer(string="Most Points", readonly=True, aggregator=None)
    share = fields.Float(string="Score (%)", readonly=True, aggregator=None)
    is_finding = fields.Boolean(string="Finding", readonly=True)
    remark = fields.Text(readonly=True)
    rectification_id = fields.Many2one("crm.rectification", string="Notice", readonly=True)
    photo_ids = fields.One2many("crm.audit.result.photo", "line_id", string="Photos")

    @property
    def _table_query(self):
        return SQL(
            """WITH released AS (
                   SELECT id, dealer_id, company_id FROM crm_audit
                    WHERE active AND state = 'done' AND released_on IS NOT NULL)
               SELECT n.id * 2 AS id, n.audit_id AS result_id, a.dealer_id, a.company_id,
                      n.place, FALSE AS is_section, n.section_id, n.item_id, n.state,
                      CASE WHEN n.state = 'scored' THEN n.points END AS points, n.max_points,
                      CASE WHEN n.state = 'scored' THEN n.share END AS share,
                      n.is_finding, n.remark, n.rectification_id
                 FROM crm_audit_answer n JOIN released a ON a.id = n.audit_id
               UNION ALL
               SELECT s.id * 2 + 1, s.audit_id, a.dealer_id, a.company_id,
                      (SELECT min(n.place) FROM crm_audit_answer n
                        WHERE n.audit_id = s.audit_id AND n.section_id = s.section_id),
                      TRUE, s.section_id, NULL, CASE WHEN s.has_score THEN 'scored' ELSE 'na' END,
                      NULL, NULL, CASE WHEN s.has_score THEN s.score END, FALSE, NULL, NULL
                 FROM crm_audit_score s JOIN released a ON a.id = s.audit_id"""
        )

    @api.depends("item_id", "section_id", "is_section")
    @api.depends_context("lang")
    def _compute_item(self):
        for line in self.sudo():  # sudo: the words of the checklist alone
            part = line.section_id if line.is_section else line.item_id
            line.name = part.name
            line.guidance = line.item_id.guidance
            line.is_must = line.item_id.is_must


class CrmAuditResultPhoto(models.Model):
    """Photos of released audits, without what a camera writes into them (S9)."""

    _name = "crm.audit.result.photo"
    _description = "Photo of an Audit Result"
    _auto = False
    _order = "id"
    _depends = {
        "crm.audit": ["active", "state", "released_on", "dealer_id", "company_id"],
        "crm.audit.photo": ["audit_id", "answer_id"],
    }

    line_id = fields.Many2one("crm.audit.result.line", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    image = fields.Binary(compute="_compute_image")

    @property
    def _table_query(self):
        return SQL(
            """SELECT p.id, p.answer_id * 2 AS line_id, a.dealer_id, a.company_id
                 FROM crm_audit_photo p JOIN crm_audit a ON a.id = p.audit_id
                WHERE a.active AND a.state = 'done' AND a.released_on IS NOT NULL"""
        )

    @api.depends_context("bin_size")
    def _compute_image(self):
        """Written anew: time, place and owner of the camera would tell who was there."""
        photos = self.env["crm.audit.photo"].sudo().with_context(bin_size=False)
        for photo in self:
            # sudo: the row is in sight, which rules decided.
            image = base64.b64decode(photos.browse(photo.id).image or b"")
            try:
                photo.image = base64.b64encode(bare(image))
            except ValueError:  # kept before files were looked at
                photo.image = False
