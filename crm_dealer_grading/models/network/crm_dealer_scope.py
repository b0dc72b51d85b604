from odoo import api, models
from odoo.exceptions import AccessError

from .res_users import DEALER_USER

# Domain of those who may do the work of a record: its dealer's people, and the manufacturer's.
COLLEAGUES = (
    "[('share', '=', False), '|', ('dealer_ids', '=', False), ('dealer_ids', 'in', dealer_id)]"
)


class CrmDealerScope(models.AbstractModel):
    """What record rules cannot say: which *values* a dealer's user may write.

    A rule looks at a record before the write. Without this, a dealer's user could point an own
    lead at a foreign customer and read what the lead copies from it, or take a customer over.
    """

    _name = "crm.dealer.scope"
    _description = "Guard of Dealer Isolation"

    @api.model_create_multi
    def create(self, vals_list):
        if self._acts_for_dealers():
            defaults = self._given_defaults()
            given = [{**defaults, **vals} for vals in vals_list]
            for vals in given:
                self.browse()._check_given_in_sight(vals)
            self._check_colleagues(given)
        records = super().create(vals_list)
        if self._acts_for_dealers():
            records._check_dealer_given()
        return records

    def write(self, vals):
        if self._acts_for_dealers():
            self._check_given_in_sight(vals)
            self._check_colleagues([vals])
            self._check_dealer_change(vals)
        return super().write(vals)

    @api.model
    def _acts_for_dealers(self):
        return not self.env.su and self.env.user.has_group(DEALER_USER)

    @api.model
    def _given_defaults(self):
        """Ids that the context, or the user's own defaults, give where values say nothing.

        Both are the user's words, as values are; a field's own default is not.
        """
        context = self.env.context
        kept = self.env["ir.default"]._get_model_defaults(self._name)
        given = {
            name: context.get(f"default_{name}", kept.get(name))
            for name, field in self._fields.items()
            if field.type == "many2one"
        }
        return {name: number for name, number in given.items() if isinstance(number, int)}

    @api.model
    def _colleague_fields(self):
        """Fields with the user who is to do something, of a dealer's own people; extend."""
        return set()

    def _check_colleagues(self, vals_list):
        """Work is given to colleagues or to the manufacturer's staff: others cannot see it."""
        names = self._colleague_fields()
        ids = {vals[name] for vals in vals_list for name in names if vals.get(name)}
        # sudo: for which dealers somebody works decides; who was chosen before stays.
        before = {user for name in names for user in self.sudo()[name].ids} if self else set()
        own = self.env.user._own_dealers()
        for user in self.env["res.users"].sudo().browse(ids - before):
            if user.dealer_scoped and not user.dealer_ids & own:
                raise AccessError(
                    self.env._("%s works for another dealer. Choose a colleague.", user.name)
                )

    def _of_other_dealers(self):
        """Those of ``self`` that belong to another dealer than the user's own."""
        if "dealer_id" not in self._fields:
            return self.browse()
        own = self.env.user._own_dealers()
        # sudo: whose record it is decides, even where the dealer is archived or elsewhere.
        others = self.sudo().filtered(lambda record: record.dealer_id - own)
        return others.sudo(self.env.su)

    def _check_dealer_given(self):
        """After creation, so that defaults from the context or an import are seen as well.

        A new record belongs to an own dealer, or to that of the customer or company it names.
        """
        name = self._dealer_origin_field()
        for record in self._of_other_dealers().sudo():
            origin = record[name] if name else record.env["res.partner"]
            if record.dealer_id != origin.dealer_id:
                raise AccessError(self._dealer_refusal())

    @api.model
    def _dealer_origin_field(self):
        """The field whose partner may give a new record its dealer; extend where needed."""
        return "partner_id" if "partner_id" in self._fields else None

    @api.ondelete(at_uninstall=False)
    def _unlink_only_own(self):
        """A dealer that serves another's customer does not delete the file."""
        if self._acts_for_dealers() and self._of_other_dealers():
            raise AccessError(
                self.env._(
                    "Only the dealer to whom a record belongs deletes it. "
                    "Ask that dealer, or the manufacturer's manager."
                )
            )

    @api.model
    def _home_dealer_fields(self):
        """What only a record's own dealer changes, not who serves it too; extend to add."""
        return set()

    def _check_home_dealer_fields(self, vals):
        names = self._home_dealer_fields() & vals.keys()
        for record in self._of_other_dealers() if names else ():
            for name in names:
                field, old = self._fields[name], record.sudo()[name]
                old = old.id if field.type == "many2one" else old
                if field.type == "many2many" or (old or False) != (vals[name] or False):
                    raise AccessError(
                        self.env._(
                            "Only the home dealer changes “%s”. "
                            "Ask that dealer, or the manufacturer's manager.",
                            field._description_string(self.env),
                        )
                    )

    def _check_dealer_change(self, vals):
        """Only the own dealers can be given, and only in place of none or an own one."""
        self._check_home_dealer_fields(vals)
        if "dealer_id" not in vals or "dealer_id" not in self._fields:
            return
        # Whose record it is decides, even where the dealer itself is archived or elsewhere.
        before = {record.dealer_id.id for record in self.sudo()}
        own = set(self.env.user._own_dealers().ids)
        after = vals["dealer_id"]
        if before - {after} and (after not in own or before - own - {False}):
            raise AccessError(self._dealer_refusal())

    @api.model
    def _dealer_refusal(self):
        return self.env._(
            "You can give records to your own dealers only. To hand a customer over "
            "to another dealer, ask the manufacturer's manager."
        )
