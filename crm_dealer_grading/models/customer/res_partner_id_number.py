import logging
import os

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import config

from ...tools import crypto
from ...tools.dialog import show
from ...tools.id_number import MASK, is_valid_resident, mask, normalise

_logger = logging.getLogger(__name__)

ACCESS = "crm_dealer_grading.group_access"
# The roles that see an ID number without having to edit the customer.
REVEAL_GROUPS = "crm_dealer_grading.group_oem_manager,crm_dealer_grading.group_call_centre"
_HIDDEN = MASK * 18


class ResPartner(models.Model):
    """ID numbers: encrypted at rest, masked on screen, shown one by one and logged (P4)."""

    _inherit = "res.partner"

    id_type = fields.Selection(
        [
            ("resident", "Resident Identity Card"),
            ("passport", "Passport"),
            ("hmt_permit", "Hong Kong, Macao or Taiwan Permit"),
            ("foreign_permit", "Foreigner's Residence Permit"),
            ("military", "Military Identity Card"),
            ("other", "Other"),
        ],
        string="ID Type",
        groups=ACCESS,
    )
    id_number = fields.Char(
        string="ID Number",
        compute="_compute_id_number",
        inverse="_inverse_id_number",
        search="_search_id_number",
        groups=ACCESS,
        help="Kept encrypted. Found by the whole number only; shown in full by the button, "
        "which is recorded.",
    )
    id_number_warning = fields.Char(compute="_compute_id_number_warning", groups=ACCESS)
    id_number_encrypted = fields.Char(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    id_number_hash = fields.Char(
        copy=False, prefetch=False, index="btree_not_null", groups=fields.NO_ACCESS
    )

    # -- Keys --------------------------------------------------------------------------------

    @api.model
    def _id_number_keyring(self):
        """Return the server's keys, or None. They never come from the database."""
        text = os.environ.get("CRM_DEALER_KEYS") or config.get("crm_dealer_keys")
        try:
            return crypto.parse_keyring(text or "")
        except crypto.BadKeyError as error:
            _logger.error("crm_dealer_keys holds something that is not a Fernet key")
            raise UserError(self._id_number_key_help()) from error

    @api.model
    def _id_number_key_help(self):
        return self.env._(
            "ID numbers are kept encrypted, and this server has no valid key for them. Ask the "
            "administrator to put one into the server's configuration file as crm_dealer_keys, "
            "or into the environment variable CRM_DEALER_KEYS, and to restart the server. "
            "This makes a key: python3 -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())'"
        )

    def _id_number_plain(self):
        """Return the number in full, None when there is none. Never hand it to a field."""
        self.ensure_one()
        # sudo: nobody may read the stored token; callers mask it or check the right to see it.
        token = self.sudo().id_number_encrypted
        keyring = token and self._id_number_keyring()
        if not token:
            return None
        if not keyring:
            raise crypto.SecretLostError
        return keyring.decrypt(token)

    def _id_number_masked(self):
        try:
            number = self._id_number_plain()
        except (crypto.SecretLostError, UserError):
            return _HIDDEN
        return number and mask(number)

    # -- The field ---------------------------------------------------------------------------

    @api.depends("id_number_encrypted")
    def _compute_id_number(self):
        for partner in self:
            partner.id_number = partner._id_number_masked()

    def _inverse_id_number(self):
        for partner in self:
            number = normalise(partner.id_number)
            if MASK in number:
                partner._check_mask_unchanged(number)
                continue
            # sudo: the stored fields are closed to all; write() has checked the customer.
            partner.sudo().write(partner._id_number_values(number))
        # What was typed must not be read back.
        self.invalidate_recordset(["id_number", "id_number_warning"])

    def _check_mask_unchanged(self, number):
        if number != self._id_number_masked():
            raise UserError(
                self.env._(
                    "“%s” is a masked ID number. Enter the whole number, or leave it as it was.",
                    number,
                )
            )

    @api.model
    def _id_number_values(self, number):
        if not number:
            return {"id_number_encrypted": False, "id_number_hash": False}
        keyring = self._id_number_keyring()
        if not keyring:
            raise UserError(self._id_number_key_help())
        return {
            "id_number_encrypted": keyring.encrypt(number),
            "id_number_hash": keyring.digest(number),
        }

    def _search_id_number(self, operator, value):
        """Find whole numbers only, under each key, so that a rotation loses nobody."""
        if operator in ("ilike", "like", "=ilike", "=like"):
            operator, value = "in", [value]
        if operator != "in":
            return NotImplemented
        numbers = [normalise(number) for number in value if number]
        keyring = self._id_number_keyring()
        hashes = [item for number in numbers for item in keyring.digests(number)] if keyring else []
        if not all(value):
            hashes.append(False)
        # sudo: the hash is closed to all; the outer search keeps the user's rules.
        stored = self.sudo().with_context(active_test=False)
        return Domain("id", "in", stored._search(Domain("id_number_hash", "in", hashes)))

    @api.depends("id_number", "id_type")
    def _compute_id_number_warning(self):
        for partner in self:
            number = normalise(partner.id_number)
            if partner.id_type == "resident" and MASK in number:
                number = partner._id_number_plain_or_none()
            wrong = partner.id_type == "resident" and number and not is_valid_resident(number)
            partner.id_number_warning = wrong and self.env._(
                "This is not a valid resident identity number: please compare it with the card."
            )

    def _id_number_plain_or_none(self):
        try:
            return self._origin._id_number_plain() if self._origin else None
        except (crypto.SecretLostError, UserError):
            return None

    # -- Reveal ------------------------------------------------------------------------------

    def _check_may_reveal(self):
        self.check_access("read")
        user = self.env.user
        if not user.has_group(ACCESS) or not (
            self.has_access("write") or user.has_groups(REVEAL_GROUPS)
        ):
            raise AccessError(
                self.env._(
                    "Only those who keep this customer's data may see the ID number. "
                    "Ask the customer's dealer or the call centre."
                )
            )

    def action_reveal_id_number(self, reason=None):
        """Record that the user looks at the number, and open a dialog that shows it.

        :raise AccessError: for whoever may not edit this customer, save OEM managers and the
            call centre.
        :raise UserError: when there is no number, or no key of this server opens it.
        """
        self.ensure_one()
        self._check_may_reveal()
        if not self._id_number_keyring():
            raise UserError(self._id_number_key_help())
        try:
            number = self._id_number_plain()
        except crypto.SecretLostError as error:
            raise UserError(
                self.env._(
                    "No key of this server opens this ID number. Ask the administrator to put "
                    "the earlier key back into crm_dealer_keys, behind the new one."
                )
            ) from error
        if not number:
            raise UserError(self.env._("No ID number is kept for this customer."))
        access = self.env["crm.protected.access"]._log(self, "id_number", reason)
        # sudo: the dialog is for reading only; it shows the number to this user alone.
        reveal = self.env["crm.protected.reveal"].sudo().create({"access_id": access.id})
        return show(reveal, self.env._("ID Number"))

    # -- Rotation ----------------------------------------------------------------------------

    @api.model
    def _rotate_id_number_keys(self, batch=500):
        """Encrypt and hash again, with the first key, what another key made (cron, resumable)."""
        keyring = self._id_number_keyring()
        if not keyring:
            return
        progress = self.env["ir.cron"]._commit_progress
        stored = self.sudo().with_context(active_test=False, tracking_disable=True)
        outdated = Domain("id_number_hash", "!=", False) & Domain(
            "id_number_hash", "not =like", keyring.current_prefix + "%"
        )
        progress(remaining=stored.search_count(outdated))
        last = 0
        while partners := stored.search(
            outdated & Domain("id", ">", last), limit=batch, order="id"
        ):
            last = partners[-1].id
            partners.try_lock_for_update()._encrypt_again(keyring)
            if not progress(len(partners)):
                return
        progress(remaining=0)

    def _encrypt_again(self, keyring):
        for partner in self:
            try:
                number = keyring.decrypt(partner.id_number_encrypted)
            except crypto.SecretLostError:
                _logger.warning("No key opens the ID number of res.partner %s", partner.id)
                continue
            partner.write(self._id_number_values(number))
