from odoo import api, models
from odoo.tools import format_date


class CrmSatisfactionFlag(models.Model):
    """The evidence in the reader's words."""

    _inherit = "crm.satisfaction.flag"

    @api.depends("evidence", "code", "figure")
    @api.depends_context("lang")
    def _compute_words(self):
        for flag in self:
            in_words = getattr(flag, f"_words_{flag.code}", None)
            flag.words = in_words(flag.evidence or {}) if in_words else False

    def _words_same_phone(self, found):
        words = {
            "count": found.get("count"),
            "phone": found.get("phone"),
            "names": self._names(self.customer_ids),
        }
        if found.get("company"):
            return self.env._(
                "%(count)s customers have the phone %(phone)s, and a company has it as well: "
                "%(names)s.",
                **words,
            )
        return self.env._("%(count)s customers have the phone %(phone)s: %(names)s.", **words)

    def _words_staff_phone(self, found):
        # sudo: who works for the dealer is the evidence; readers of flags read all dealers.
        staff = self.env["res.partner"].sudo().browse(found.get("staff") or []).exists()
        return self.env._(
            "The customer's phone %(phone)s is the phone of the dealer's own people: %(names)s.",
            phone=found.get("phone"),
            names=self._names(staff),
        )

    def _words_straight_line(self, found):
        words = {"figures": found.get("figures"), "topics": found.get("topics"),
                 "mean": found.get("mean") or 0, "spread": found.get("spread")}  # fmt: skip
        if found.get("spread"):
            line = self.env._(
                "The %(figures)s figures on %(topics)s topics hardly differ: %(mean)g on average, "
                "standard deviation %(spread)g.",
                **words,
            )
        else:
            line = self.env._(
                "All %(figures)s figures on %(topics)s topics are %(mean)g.",
                **{name: words[name] for name in ("figures", "topics", "mean")},
            )
        return f"{line} {self._words_gathered(found)}"

    def _words_gathered(self, found):
        """How many there are at the dealer."""
        return self.env._(
            "%(count)s of the dealer's %(all)s answers in the quarter are like that; usual are "
            "%(usual)g %%.",
            count=found.get("count"),
            all=found.get("of"),
            usual=found.get("usual") or 0,
        )

    def _words_fast(self, found):
        words = {
            "questions": found.get("questions"),
            "seconds": round(found.get("seconds") or 0),
            "each": round(self.figure, 1),
        }
        if found.get("channel") == "phone":
            return self.env._(
                "%(questions)s questions were asked and answered in a call of %(seconds)s "
                "seconds: %(each)g seconds each.",
                **words,
            )
        return self.env._(
            "%(questions)s questions were answered in %(seconds)s seconds: %(each)g seconds each.",
            **words,
        )

    def _words_succession(self, found):
        return self.env._(
            "%(count)s customers answered within %(seconds)s seconds, each page opened right "
            "after the one before was sent.",
            count=found.get("count"),
            seconds=found.get("seconds"),
        )

    def _words_changed(self, found):
        # sudo: as in _words_staff_phone.
        user = self.env["res.users"].sudo().browse(found.get("user") or []).exists()
        words = {
            "user": user.name or self.env._("Somebody"),
            "day": format_date(self.env, found.get("day")),
            "days": round(self.figure, 1),
        }
        if found.get("field") == "email":
            change = self.env._(
                "%(user)s of the dealer changed the customer's e-mail address on %(day)s, "
                "%(days)g days before the customer was drawn.",
                **words,
            )
        else:
            change = self.env._(
                "%(user)s of the dealer changed the customer's phone on %(day)s, %(days)g days "
                "before the customer was drawn.",
                **words,
            )
        return f"{change} {self._words_gathered(found)}"

    def _words_tens(self, found):
        figures = found.get("figures") or 1
        return self.env._(
            "%(share).0f %% of %(figures)s figures in %(count)s answers are tens; usual among "
            "%(dealers)s dealers are %(usual).0f %%. An honest dealer has so many with a "
            "probability of %(probability).1g.",
            share=100 * (found.get("tens") or 0) / figures,
            figures=figures,
            count=found.get("count"),
            dealers=found.get("dealers"),
            usual=found.get("usual") or 0,
            probability=self.figure,
        )

    def _words_unreachable(self, found):
        return self.env._(
            "%(hit)s of %(bad)s customers with a complaint, a low figure or a repeated repair "
            "cannot be asked, or their data were changed afterwards; of the others %(other)s of "
            "%(others)s. By chance so many have a probability of %(probability).1g.",
            hit=found.get("hit"),
            bad=found.get("bad"),
            other=found.get("other"),
            others=found.get("others"),
            probability=self.figure,
        )

    @api.model
    def _names(self, partners):
        """Some names, and that there are more."""
        shown = 8
        names = ", ".join(partner.name or "?" for partner in partners[:shown])
        return f"{names} …" if len(partners) > shown else names
