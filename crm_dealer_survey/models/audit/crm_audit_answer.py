from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

STATES = [("open", "Open"), ("scored", "Scored"), ("na", "Not Applicable")]
_ANSWER = {"state", "points", "remark", "photo_ids"}
_WISH = {"notice_wanted"}


class CrmAuditAnswer(models.Model):
    """What was found of an item in an audit (S9); kept as it is once the audit is done."""

    _name = "crm.audit.answer"
    _description = "Item of an Audit"
    _order = "audit_id desc, place, id"

    audit_id = fields.Many2one("crm.audit", required=True, index=True, ondelete="cascade")
    item_id = fields.Many2one(
        "crm.audit.item", string="Checklist Item", required=True, index=True, ondelete="restrict"
    )
    place = fields.Integer(string="No.", readonly=True, aggregator=None)
    name = fields.Char(related="item_id.name", string="Item")
    guidance = fields.Text(related="item_id.guidance")
    section_id = fields.Many2one(related="item_id.section_id", store=True, index=True)
    scale = fields.Selection(related="item_id.scale")
    may_na = fields.Boolean(related="item_id.may_na")
    is_must = fields.Boolean(related="item_id.is_must")
    photo = fields.Selection(related="item_id.photo", string="Photo Needed")
    max_points = fields.Integer(
        string="Most Points", related="item_id.max_points", store=True, precompute=True,
        aggregator=None,
    )  # fmt: skip
    dealer_id = fields.Many2one(related="audit_id.dealer_id", store=True, index=True)
    company_id = fields.Many2one(related="audit_id.company_id", store=True, index=True)
    kind = fields.Selection(related="audit_id.kind", store=True)
    audit_state = fields.Selection(related="audit_id.state", string="State of the Audit")
    may_score = fields.Boolean(compute="_compute_may_score", export_string_translation=False)
    state = fields.Selection(STATES, required=True, default="open", index=True)
    points = fields.Integer(aggregator=None)
    share = fields.Float(
        string="Score (%)", compute="_compute_share", store=True, aggregator=None
    )
    is_finding = fields.Boolean(
        string="Finding", compute="_compute_share", store=True, help="Below the item's limit."
    )
    remark = fields.Text()
    photo_ids = fields.One2many("crm.audit.photo", "answer_id", string="Photos")
    photo_count = fields.Integer(string="Number of Photos", compute="_compute_photo")
    photo_missing = fields.Boolean(compute="_compute_photo")
    answered_count = fields.Integer(related="audit_id.answered_count")
    answer_count = fields.Integer(related="audit_id.answer_count")
    notice_wanted = fields.Boolean(
        string="Give Notice",
        compute="_compute_notice_wanted",
        store=True,
        readonly=False,
        help="The button of the audit makes a notice of rectification about it.",
    )
    rectification_id = fields.Many2one(
        "crm.rectification", string="Notice", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip

    _item_uniq = models.Constraint("UNIQUE(audit_id, item_id)", "An item is scored once.")
    _points_check = models.Constraint(
        "CHECK(points BETWEEN 0 AND max_points)", "Points are on the item's scale."
    )

    @api.depends("place", "item_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for answer in self:
            answer.display_name = f"{answer.place}. {answer.name or ''}"

    @api.depends("audit_id.state", "audit_id.auditor_id")
    @api.depends_context("uid")
    def _compute_may_score(self):
        for answer in self:
            audit = answer.audit_id
            answer.may_score = audit.state == "in_progress" and audit._is_mine()

    @api.depends("state", "points", "item_id.max_points", "item_id.min_percent")
    def _compute_share(self):
        for answer in self:
            item = answer.item_id
            scored = answer.state == "scored" and item.max_points
            answer.share = 100.0 * answer.points / item.max_points if scored else 0.0
            # Whole numbers on the left: no rounding decides.
            below = 100.0 * answer.points < item.min_percent * item.max_points
            answer.is_finding = bool(scored) and below

    @api.depends("photo_ids", "photo", "is_finding")
    def _compute_photo(self):
        for answer in self:
            answer.photo_count = len(answer.photo_ids)
            needed = answer.state == "scored" and (
                answer.photo == "always" or (answer.photo == "finding" and answer.is_finding)
            )
            answer.photo_missing = needed and not answer.photo_ids

    @api.depends("is_finding")
    def _compute_notice_wanted(self):
        for answer in self:
            answer.notice_wanted = answer.is_finding

    @api.constrains("state")
    def _check_na(self):
        for answer in self:
            if answer.state == "na" and not answer.may_na:
                raise ValidationError(
                    self.env._("“%s” applies to every dealer. Score it.", answer.name)
                )

    # ------------------------------------------------------------ who writes

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env["crm.audit"]._by_step():
            raise AccessError(self.env._("The items come from the checklist. Begin the audit."))
        return super().create(vals_list)

    def write(self, vals):
        vals = dict(vals)
        if not self.env["crm.audit"]._by_step():
            self._check_may_write(vals.keys())
            if "points" in vals and "state" not in vals:
                vals["state"] = "scored"
            if vals.get("state") in ("open", "na"):
                vals["points"] = 0
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env["crm.audit"]._by_step():
            raise AccessError(self.env._("Mark the item as not applicable instead."))

    def _check_may_write(self, names):
        """:raise AccessError: what steps own, or the audit of somebody else; superuser or not
        :raise UserError: the audit is not in progress"""
        if names - _ANSWER - _WISH:
            raise AccessError(self.env._("Only points, remark and photos of an item change."))
        audits = self.sudo().audit_id  # sudo: at which state they are, and whose
        audits._check_mine()
        for audit in audits:
            if audit.state == "done" and names <= _WISH:
                continue
            if audit.state != "in_progress":
                raise UserError(
                    self.env._(
                        "“%s” is not in progress: begin it first; once done it is kept as it was.",
                        audit.display_name,
                    )
                )

    # ------------------------------------------------------------ buttons

    def action_next(self):
        """The next open item of the audit after this one; the audit when none is left."""
        self.ensure_one()
        return self.audit_id._open_item(self._next_open()) or self.audit_id._open_audit()

    def next_open_id(self):
        """Id of the next open item, from here on and then from the beginning; False without."""
        self.ensure_one()
        return self._next_open().id

    def _next_open(self):
        domain = [("audit_id", "=", self.audit_id.id), ("state", "=", "open"),
                  ("id", "!=", self.id)]  # fmt: skip
        after = self.search([*domain, ("place", ">", self.place)], order="place", limit=1)
        return after or self.search(domain, order="place", limit=1)

    def add_photo(self, image, name=None):
        """Keep a photo of the item; called by the auditor's screen.

        :param str image: Base64
        """
        self.ensure_one()
        return self.env["crm.audit.photo"].create(
            {"answer_id": self.id, "image": image, "name": name or self.env._("Photo")}
        ).id  # fmt: skip


class CrmAudit(models.Model):
    """The auditor's screens: all items as cards, or one after the other."""

    _inherit = "crm.audit"

    def action_next_item(self):
        """Open the first open item, or all items when none is open."""
        self.ensure_one()
        domain = [("audit_id", "=", self.id), ("state", "=", "open")]
        first = self.env["crm.audit.answer"].search(domain, order="place", limit=1)
        return self._open_item(first) or self.action_open_items()

    def action_open_items(self):
        """Open the items as cards."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_audit_answer_action"
        )
        return {
            **action,
            "name": self.display_name,
            "domain": [("audit_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_open_findings(self):
        """Open the items that are findings."""
        action = self.action_open_items()
        return {**action, "domain": [*action["domain"], ("is_finding", "=", True)]}

    def _open_item(self, answer):
        if not answer:
            return False
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": answer._name,
            "res_id": answer.id,
            "views": [(False, "form")],
        }

    def _open_audit(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
