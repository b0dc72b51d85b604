from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..customer.res_partner import FILE
from ..network.res_users import OEM_MANAGER


class ResPartner(models.Model):
    """All that is kept of a person, by one hook of all topics: ``_privacy_kinds`` (P4)."""

    _inherit = "res.partner"

    privacy_erased_on = fields.Date(string="Erased on", readonly=True, copy=False, **FILE)
    protected_access_count = fields.Integer(
        string="Accesses",
        compute="_compute_customer_counts",
        groups="crm_dealer_grading.group_access",
    )

    # Looked up by the whole value, among a million contacts.
    _privacy_phone_index = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")
    _privacy_email_index = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    @api.model
    def _customer_counters(self):
        rows = ("crm.protected.access", "partner_id", [])
        return {**super()._customer_counters(), "protected_access_count": rows}

    def action_open_protected_access(self):
        """Open the log of who looked at, or took along, this customer's data."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_protected_access_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)]}

    # -- The hook ----------------------------------------------------------------------------

    @api.model
    def _privacy_kinds(self):
        """What is kept of persons, as ``tools.privacy.Kind``; each topic and addon adds its own.

        The order is that of the file. A model of ours with a key to ``res.partner`` is in here
        or in ``_privacy_left_out``: a test looks.
        """
        return []

    @api.model
    def _privacy_left_out(self):
        """``{model: why}``: models with a key to a contact that say nothing of a customer."""
        return {
            "crm.dealer": "the dealer's own company",
            "crm.protected.access": "the log, which keeps a number only",
            "crm.privacy.file": "the files that are made here; erased with the person",
            "crm.credit.turn": "a row to wait for, without content",
            "crm.grading.pending": "a note for a job, gone within a minute",
            "crm.id.number.check": "deleted by the erasure; says what fingerprint was judged",
        }

    @api.model
    @tools.ormcache()
    def _privacy_models(self):
        """Names of the models whose records are about persons."""
        return frozenset(kind.model for kind in self._privacy_kinds())

    # -- Whose -------------------------------------------------------------------------------

    def _privacy_people(self):
        """This person with the further addresses, archived ones included; as superuser.

        Of a company: its contacts, too. Of a company's contact: the contact alone.
        """
        self.ensure_one()
        # sudo: callers have checked who may see all of a person.
        partners = self.sudo().with_context(active_test=False)
        below = partners.search([("id", "child_of", self.id)])
        owner = partners.commercial_partner_id
        return below.filtered(lambda p: p.commercial_partner_id == owner) | partners

    def _privacy_records(self, kind, own=False):
        """Records of ``kind`` about these people; as superuser, archived ones included.

        :param own: by key alone: an address is what a member types, and may be somebody else's
        """
        model = self.env[kind.model].sudo().with_context(active_test=False)
        domain = Domain.OR(Domain(name, "in", self.ids) for name in kind.by)
        if kind.also and not own:
            domain |= Domain(getattr(self, kind.also)())
        records = model.search(domain)
        if not own:
            records |= self._privacy_by_address(kind)[0]
        return records.sorted("id")

    def _privacy_found(self, own=False):
        """Yield ``(kind, records)`` for the kinds that are installed here."""
        for kind in self._privacy_kinds():
            if kind.model in self.env and (kind.own or not own):
                yield kind, self._privacy_records(kind, own)

    # -- The file of a person ----------------------------------------------------------------

    def _privacy_file(self, own=False):
        """All that is kept of this person, in sections (P4).

        :param own: what the person itself downloads: without the notes of colleagues; a contact
            of a company gets what is about the contact, not the company's vehicles
        :return: ``{key: {"title", "columns": {name: label}, "rows": [{name: value}]}}``, values
            being text, numbers, dates or None
        """
        self.ensure_one()
        people = self._privacy_people()
        # sudo: callers have checked whose file it is.
        person = self.sudo().with_context(active_test=False)
        is_contact = person.commercial_partner_id != person
        sections = {}
        for kind, records in people._privacy_found(own):
            if own and is_contact and not kind.whole:
                continue
            if kind.section:
                section = getattr(person, kind.section)(records)
            elif kind.names:
                section = person._export_section(self._privacy_title(kind), records, kind.names)
            else:
                continue
            sections[kind.key] = section
        return sections

    @api.model
    def _privacy_title(self, kind):
        return self.env["ir.model"]._get(kind.model).name

    # -- Actions -----------------------------------------------------------------------------

    @api.model
    def _check_may_keep_privacy(self):
        """:raise AccessError: for all but the manufacturer's managers, with what to do instead"""
        user = self.env.user
        if not user.has_group(OEM_MANAGER) or user._kept_to_dealers():
            raise AccessError(
                self.env._(
                    "Only the manufacturer's managers take out or erase all data of a person. "
                    "Send them the person's request with the date on which it came."
                )
            )

    def action_privacy_file(self):
        """Make the file of all that is kept of this person, record it, and open it (P4)."""
        self._check_may_keep_privacy()
        if len(self) != 1:
            raise UserError(self.env._("Choose one person: each gets a file of its own."))
        self.check_access("read")
        return self.env["crm.privacy.file"]._make(self)._open()

    def action_privacy_erase(self):
        """Open the dialog that shows what an erasure does before anybody confirms it (P4)."""
        self._check_may_keep_privacy()
        if len(self) != 1:
            raise UserError(self.env._("Choose one person: each is looked at by itself."))
        self.check_access("read")
        erase = self.env["crm.privacy.erase"].create({"partner_id": self.id})
        return erase._get_records_action(
            name=self.env._("Erase Personal Data"), target="new", context={}
        )
