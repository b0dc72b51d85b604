from collections import defaultdict
from dataclasses import dataclass, replace

from markupsafe import escape

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ...tools.credit_queue import first_without_room
from .exposure_sql import EACH


@dataclass
class Overdrawn:
    """A document that takes its customer over the limit; amounts in the company's currency."""

    document: models.BaseModel
    partner: models.BaseModel
    company: models.BaseModel
    limit: float
    amount: float  # of the document
    excess: float  # over the limit, the document included


class CreditRefusal(UserError):
    """An order or invoice went over its customer's limit; ``overdrawn`` says which ones."""

    def __init__(self, message, overdrawn):
        super().__init__(message)
        self.context = {"exception_class": "odoo.exceptions.UserError"}  # the client's dialog
        self.overdrawn = overdrawn


class CrmCreditGuard(models.AbstractModel):
    """The credit check (K4): asked whenever orders or invoices begin to use credit.

    It runs after the change, in its transaction, and undoes it by an error. Whoever makes the
    change, by whatever way: there is no right, context key or superuser that gets round it.
    """

    _name = "crm.credit.guard"
    _description = "Credit Check"

    @api.model
    def _check(self, asked, tell=False, limits=None):
        """Let the documents use credit, or raise ``CreditRefusal``.

        :param asked: ``{document: {(partner id, company id): amount}}``: how much more credit
            each document uses than before the change, in the order of the queue
        :param tell: what happened cannot be undone; say in the chatter what is over the limit
        :param limits: those of the pairs, where they are known
        """
        queues = self._queues(asked)
        known = self._limits(queues) if limits is None else limits
        limits = {pair: known[pair] for pair in queues if pair in known}
        self._tell_of_twins({pair: sales for pair, sales in queues.items() if pair not in limits})
        if not limits:
            return
        self.env["crm.credit.turn"]._take(limits)
        exposures = self._exposures(limits)
        self._judge(self._overdrawn(queues, limits, exposures, included=True), tell)

    @api.model
    def _judge(self, found, tell):
        """Warn of what ``_overdrawn`` found, use releases for it, or raise ``CreditRefusal``."""
        refused = []
        for mode, overdrawn in found:
            mode = "warn" if tell else mode
            released = self._without_release(mode, overdrawn)
            if mode == "warn":
                self._warn(overdrawn)
            for over, release in released:
                if release:
                    release._use(over)
                else:
                    refused.append(over)
        if refused:
            self._refuse(refused)

    @api.model
    def _plan(self, asked):
        """What ``_check`` would refuse if the documents did what they ask, as ``[Overdrawn]``."""
        queues = self._queues(asked)
        limits = self._limits(queues)
        return [
            over
            for mode, overdrawn in self._overdrawn(
                queues, limits, self._exposures(limits), included=False
            )
            for over, release in self._without_release(mode, overdrawn)
            if not release
        ]

    @api.model
    def _queues(self, asked):
        """``{(partner id, company id): [(document, amount)]}`` of what asks for more.

        A customer whose documents together ask for nothing more is not among them: a credit note
        is judged with the invoice that is posted beside it. Nobody's credit, such as that of a
        draft invoice without a customer, is none of ours.
        """
        queues, total = defaultdict(list), defaultdict(float)

        def currency(pair):
            return self.env["res.company"].browse(pair[1]).sudo().currency_id

        for document, amounts in asked.items():
            for pair, amount in amounts.items():
                if not pair[0]:
                    continue
                total[pair] += amount
                if currency(pair).compare_amounts(amount, 0) > 0:
                    queues[pair].append((document, currency(pair).round(amount)))
        return {
            pair: queue
            for pair, queue in queues.items()
            if currency(pair).compare_amounts(total[pair], 0) > 0
        }

    @api.model
    def _limits(self, pairs):
        """``{pair: limit}`` of the pairs for which a limit holds today.

        That of the customer's file, archived or not, once one was granted; else the ERP's, where
        it is above zero.
        """
        limits = {}
        for company_id in {company for _partner, company in pairs}:
            company = self.env["res.company"].browse(company_id).sudo()
            partners = [partner for partner, asked in pairs if asked == company_id]
            found = self.env.execute_query(self._limits_sql(partners, company))
            limits.update(self._holding(found, company))
        return limits

    @api.model
    def _holding(self, found, company):
        """``{pair: limit}`` of those among ``[(partner id, file id, limit)]`` that hold."""
        required = company.credit_file_required
        return {
            (partner, company.id): limit if file or not required else 0.0
            for partner, file, limit in found
            if file or limit > 0 or required
        }

    @api.model
    def _limits_sql(self, partners, company):
        """``partner_id, file_id, credit_limit``, whatever the user may read.

        :param partners: their ids, or an array of them in SQL
        """
        files = self.env["crm.credit.file"]
        files.flush_model(["limit", "valid_until", "granted_on", "partner_id", "company_id"])
        self.env["res.partner"].flush_model(["credit_limit"])
        return SQL(
            """SELECT p.id AS partner_id, f.id AS file_id, COALESCE(CASE
                      WHEN f.id IS NOT NULL THEN %(limit)s
                      WHEN p.credit_limit ? %(key)s THEN (p.credit_limit ->> %(key)s)::float
                      ELSE %(default)s END, 0) AS credit_limit
                 FROM res_partner p
                 LEFT JOIN LATERAL (
                      SELECT id, company_id, "limit", valid_until FROM crm_credit_file
                       WHERE partner_id = p.id AND company_id = %(company)s
                         AND granted_on IS NOT NULL %(each)s) f ON TRUE
                WHERE p.id = ANY(%(partners)s)""",
            limit=files._limit_today_sql("f", company),
            default=files._default_limit(company),
            each=EACH,
            key=str(company.id),
            company=company.id,
            partners=partners,
        )

    @api.model
    def _subjects(self, pairs):
        """Customers and companies of ``(partner id, company id)``."""
        return (
            self.env["res.partner"].browse({partner for partner, _company in pairs}),
            self.env["res.company"].browse({company for _partner, company in pairs}),
        )

    @api.model
    def _exposures(self, pairs):
        partners, companies = self._subjects(pairs)
        return partners._credit_exposure(companies)

    @api.model
    def _overdrawn(self, queues, limits, exposures, included):
        """Yield the mode and the documents from the first that does not fit, for each queue.

        :param exposures: see ``res.partner._credit_exposure``
        :param included: whether the documents use their credit already
        """
        partners, companies = self._subjects(limits)
        for pair, limit in limits.items():
            company = companies.browse(pair[1]).sudo()
            amounts = [amount for _document, amount in queues[pair]]
            exposure = exposures.get(pair, (0.0, 0.0))
            used = sum(exposure) - (sum(amounts) if included else 0)
            digits = company.currency_id.decimal_places
            fitting, over = first_without_room(limit, used, amounts, digits)
            waiting = list(zip(queues[pair], over, strict=True))[fitting:]
            partner = partners.browse(pair[0])
            yield (
                company.credit_mode,
                [
                    Overdrawn(document, partner, company, limit, amount, excess)
                    for (document, amount), excess in waiting
                ],
            )

    @api.model
    def _without_release(self, mode, overdrawn):
        """``[(over, release)]``: the release that covers each, or none from the first without."""
        if mode == "warn":
            return []
        releases = self.env["crm.credit.release"]
        found, taken, stopped = [], releases, mode != "release"
        for over in overdrawn:
            release = releases if stopped else releases._find(over, taken)
            stopped = stopped or not release
            taken |= release
            found.append((over, release))
        return found

    @api.model
    def _warn(self, overdrawn):
        """One note a document and transaction; if the overrun grows further, it says so."""
        noted = self.env.cr.precommit.data.setdefault("crm_credit_warned", {})
        for over in overdrawn:
            first, note = noted.get(over.document, (over, self.env["mail.message"]))
            if not note.exists():  # none yet, or undone with what it was about
                note = over.document.sudo()._message_log(body=self._in_words(over))
                noted[over.document] = over, note
            elif over.excess > first.excess:
                grown = replace(over, amount=first.amount + over.excess - first.excess)
                note.body = escape(self._in_words(grown))
                noted[over.document] = grown, note

    @api.model
    def _refuse(self, refused):
        """Stop the change; what is told to the document and the controller outlives it."""
        first = refused[0]
        if self.env.user.share:
            message = self.env._(
                "%(document)s could not be confirmed automatically. It is kept, and you will "
                "hear from us.",
                document=first.document.sudo().display_name,
            )
        else:
            message = self._in_words(first) + "\n\n" + self._way_out(first.company)
        self.env["crm.credit.hold"]._record_after_rollback(refused)
        raise CreditRefusal(message, refused)

    @api.model
    def _in_words(self, over):
        """Why ``over`` does not fit, with all figures."""
        currency = over.company.sudo().currency_id
        before = over.limit + over.excess - over.amount

        def money(amount):
            return format_amount(self.env, amount, currency)

        return self.env._(
            "%(document)s takes %(customer)s over the credit limit by %(excess)s: limit "
            "%(limit)s, used before %(used)s, this document %(amount)s.",
            document=over.document.sudo().name or over.document.sudo().display_name,
            customer=over.partner.sudo().name,  # whose document it is
            excess=money(over.excess),
            limit=money(over.limit),
            used=money(before),
            amount=money(over.amount),
        )

    @api.model
    def _way_out(self, company):
        if company.sudo().credit_mode == "release":
            return self.env._(
                "It is on the list of held documents: ask a credit controller to release it, have "
                "receivables paid, or make the document smaller."
            )
        return self.env._(
            "It is on the list of held documents. Have receivables paid, make the document "
            "smaller, or file a credit application for a higher limit."
        )
