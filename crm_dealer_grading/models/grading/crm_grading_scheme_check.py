"""What a scheme must be like: whatever cannot grade is refused on saving, with the reason."""

from ast import literal_eval
from itertools import combinations

from psycopg2 import Error as PostgresError

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger, ormcache

from ...tools.interval import boxes_overlap


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    def _check_readable(self):
        """The filter must not be a way to ask for what is closed to the user.

        :raise AccessError: a field of the filter is closed
        """
        for scheme in self:
            self.env["res.partner"]._search(scheme._customer_domain())

    @api.constrains("active", "method", "domain", "axis_ids", "level_ids", "applies_to")
    def _check_definition(self):
        """Refuse a definition that cannot grade; a scheme being prepared may be archived.

        :raise ValidationError: with the reason
        """
        for scheme in self.filtered("active"):
            if scheme.draft_of_id:
                raise ValidationError(
                    self.env._("A draft grades nobody. Activate it from its simulation.")
                )
            scheme._check_able_to_grade()

    @ormcache("self.id")
    def _check_once(self):
        """Check before a run, but not again until a definition changes, which clears the cache."""
        self._check_definition()
        return True

    def _check_able_to_grade(self):
        """Refuse the definition of one scheme, whether it is active or a draft.

        :raise ValidationError: with the reason
        """
        self._check_domain()
        if self.method == "manual":
            return
        if not self.axis_ids or not self._computed_levels():
            raise ValidationError(
                self.env._("%s: add at least one metric and one level.", self.name)
            )
        self._check_aggregates()
        if self.method in ("rank", "cumulative"):
            self._check_shares()
        else:
            self._check_bands()
        if self.applies_to == "customer":
            self._check_statement()

    def _check_statement(self):
        """Let the database plan the statement: what it refuses now must not fail at night."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                statement = self.sudo()._statement(self._context_for(None, None))
                self.env.execute_query(SQL("EXPLAIN %s", statement))
        except (PostgresError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(
                self.env._(
                    "%(scheme)s: the database cannot compute it: %(reason)s",
                    scheme=self.name,
                    reason=str(error).partition("\n")[0],
                )
            ) from error

    def _check_domain(self):
        try:
            partners = self.env["res.partner"].sudo()
            self._customer_domain().validate(partners)
            partners._search(self._customer_domain())
        except (ValueError, SyntaxError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(
                self.env._(
                    "%(scheme)s: the customer filter %(filter)s does not work: %(reason)s",
                    scheme=self.name,
                    filter=self.domain,
                    reason=error,
                )
            ) from error

    def _customer_domain(self):
        return Domain(literal_eval((self.domain or "").strip() or "[]"))

    def _check_aggregates(self):
        """Days until a date are known of a lead, not of a customer."""
        for metric in self.axis_ids.metric_id:
            if (metric.aggregate == "days_until") != (self.applies_to == "lead"):
                raise ValidationError(
                    self.env._(
                        "%(scheme)s: %(metric)s cannot be used here. Leads are graded by days "
                        "until a date, customers by the other metrics.",
                        scheme=self.name,
                        metric=metric.name,
                    )
                )

    def _check_shares(self):
        levels = self._computed_levels()
        if any(level.share <= 0 for level in levels):
            raise ValidationError(
                self.env._("%s: the share of each level must be above zero.", self.name)
            )
        total = sum(levels.mapped("share"))
        if abs(total - 100) > 0.0005:
            raise ValidationError(
                self.env._(
                    "%(scheme)s: the shares of the levels add up to %(total)s %%, not to 100 %%.",
                    scheme=self.name,
                    total=f"{total:g}",
                )
            )
        if self.axis_ids[:1].metric_id.unit == "days":
            raise ValidationError(
                self.env._("%s: rank by an amount or a number, not by a date.", self.name)
            )

    def _check_bands(self):
        strangers = self.level_ids.condition_ids.metric_id - self.axis_ids.metric_id
        if strangers:
            raise ValidationError(
                self.env._(
                    "%(scheme)s: the conditions use %(metric)s, which is not among its metrics.",
                    scheme=self.name,
                    metric=strangers[0].name,
                )
            )
        if len(self._rest_level()) > 1:
            raise ValidationError(
                self.env._(
                    "%s: only one level may be without conditions; it takes everybody else. "
                    "Mark the levels that are given by hand only.",
                    self.name,
                )
            )
        for first, second in combinations(self._computed_levels(), 2):
            for one in first._boxes():
                if any(boxes_overlap(one, other) for other in second._boxes()):
                    raise ValidationError(
                        self.env._(
                            "%(scheme)s: the levels %(first)s and %(second)s overlap: a customer "
                            "could be both. Make their ranges exclude each other.",
                            scheme=self.name,
                            first=first.name,
                            second=second.name,
                        )
                    )
