from odoo import api, fields, models

ACCESS = "crm_dealer_grading.group_access"
# Read together when one of them is asked for, not with every contact that the ERP reads.
FILE = {"groups": ACCESS, "prefetch": "crm_dealer_file"}
NEED_STATES = [
    ("unclear", "Unclear"),
    ("clear", "Clear"),
    ("following", "Following Up"),
    ("solved", "Solved"),
]


class ResPartner(models.Model):
    """Customer file: what a dealer keeps about a person or a company (C1)."""

    _inherit = "res.partner"

    customer_type = fields.Selection(
        [("B", "B: Company"), ("C", "C: Person")],
        compute="_compute_customer_type",
        search="_search_customer_type",
    )
    need_state = fields.Selection(
        NEED_STATES,
        help="How far the customer's need is known and served.",
    )
    acquisition_channel_id = fields.Many2one(
        "crm.acquisition.channel",
        index="btree_not_null",
        help="The way this customer came to be known.",
    )
    decision_role = fields.Selection(
        [
            ("decides", "Decides"),
            ("influences", "Influences"),
            ("uses", "Uses"),
            ("pays", "Pays"),
        ],
        help="The part that this contact plays when the company buys.",
    )

    # Person
    native_place = fields.Char(**FILE, help="Where the family comes from.")
    height_cm = fields.Integer(string="Height (cm)", **FILE, aggregator="avg")
    weight_kg = fields.Float(string="Weight (kg)", **FILE, digits=(5, 1), aggregator="avg")
    blood_type = fields.Selection(
        [("a", "A"), ("b", "B"), ("ab", "AB"), ("o", "O"), ("other", "Other")], **FILE
    )
    education = fields.Selection(
        [
            ("primary", "Primary School"),
            ("middle", "Middle School"),
            ("high", "High School"),
            ("vocational", "Vocational School"),
            ("college", "Junior College"),
            ("bachelor", "Bachelor"),
            ("master", "Master"),
            ("doctor", "Doctorate"),
        ],
        **FILE,
    )
    employer = fields.Char(**FILE, help="Where the customer works.")
    family = fields.Text(
        **FILE, help="Members of the household, and what is worth knowing of them."
    )
    interests = fields.Char(**FILE)
    personality = fields.Char(**FILE)

    # Company
    founding_date = fields.Date(string="Founded on", **FILE)
    legal_form = fields.Char(**FILE, help="For instance limited company, sole proprietor.")
    line_of_business = fields.Char(**FILE)
    asset_amount = fields.Monetary(
        string="Assets", **FILE, help="Total assets, in the company's currency."
    )
    registered_capital = fields.Monetary(
        **FILE, help="As the business licence says, in the company's currency."
    )
    registration_authority = fields.Char(**FILE, help="Who issued the business licence.")
    business_scope = fields.Text(
        string="Scope of Business",
        **FILE,
        help="What the business licence lets the company do.",
    )
    company_size = fields.Selection(
        [
            ("micro", "Micro (under 10)"),
            ("small", "Small (10 to 99)"),
            ("medium", "Medium (100 to 299)"),
            ("large", "Large (300 and more)"),
        ],
        **FILE,
        help="By the number of people who work there.",
    )
    responsible_id = fields.Many2one(
        "res.partner",
        string="Responsible Person",
        index="btree_not_null",
        **FILE,
        domain="[('parent_id', '=', id)]",
        help="The contact who answers for the company.",
    )

    @api.depends("is_company")
    def _compute_customer_type(self):
        for partner in self:
            partner.customer_type = "B" if partner.is_company else "C"

    def _search_customer_type(self, operator, value):
        if operator != "in":
            return NotImplemented
        return fields.Domain("is_company", "in", [kind == "B" for kind in value if kind])

    @api.model
    def _follows_customer(self):
        """``[(model, field)]``: stored fields that are told by the record's ``partner_id``; extend.

        A merge moves the keys behind the ORM's back, so they are computed anew after it.
        """
        return []

    def _after_merge(self):
        """Called on the survivor of a merge, with all it took over in place; extend."""
        for model, name in self._follows_customer():
            # sudo: who may merge the customers may merge what hangs on them.
            rows = self.env[model].sudo().with_context(active_test=False)
            rows = rows.search([("partner_id", "in", self.ids)])
            self.env.add_to_compute(rows._fields[name], rows)
