"""The checks of single answers once more, in plain Python, from lists (S9)."""

from collections import Counter, defaultdict
from statistics import pstdev

TEN = {"satisfaction", "overall", "nps", "rebuy", "return"}


class Oracle:
    """What should be flagged of ``answers``, as ``{(code, answer)}``.

    :param checks: ``{code: check}``
    """

    def __init__(self, env, checks, answers):
        self.checks = checks
        self.answers = answers.filtered(lambda a: a.state == "done" and not a.test_entry)
        self.env = env
        self.holders = defaultdict(set)
        for partner in env["res.partner"].search([("phone", "!=", False)]):
            if partner.partner_share:
                self.holders[self.phone(partner)].add(partner)

    @staticmethod
    def phone(partner):
        return (partner.phone_sanitized or partner.phone or "").replace(" ", "") or None

    def found(self):
        result = set()
        for answer in self.answers:
            for code in ("fast", "staff_phone", "same_phone"):
                if getattr(self, code)(answer, self.checks[code]):
                    result.add((code, answer))
        lines = self.straight_lines(self.checks["straight_line"])
        return result | lines | self.succession(self.checks["succession"])

    def straight_lines(self, check, many=5):
        """Where a dealer has ``many`` of them while most dealers have one or two."""
        lines = self.answers.filtered(lambda answer: self.straight_line(answer, check))
        count = Counter(answer.dealer_id.id for answer in lines)
        return {("straight_line", a) for a in lines if count[a.dealer_id.id] >= many}

    @staticmethod
    def seconds(answer):
        if not answer.start_datetime:
            return None
        return (answer.end_datetime - answer.start_datetime).total_seconds()

    def straight_line(self, answer, check):
        lines = answer.user_input_line_ids.filtered(
            lambda line: not line.skipped and line.question_id.satisfaction_kind in TEN
        )
        topics = {
            (line.question_id.satisfaction_kind, line.question_id.satisfaction_factor_id)
            for line in lines
        }
        if len(lines) < check.min_count or len(topics) < 3:
            return False
        said = lines.mapped("value_scale")
        if pstdev(said) > check.threshold:
            return False
        if min(said) < 10:
            return True
        asked = len(answer.user_input_line_ids.filtered(lambda line: not line.skipped))
        taken = self.seconds(answer)
        return taken is not None and taken / asked < check.second_threshold

    def fast(self, answer, check):
        asked = len(answer.user_input_line_ids.filtered(lambda line: not line.skipped))
        taken = self.seconds(answer)
        channel = answer.satisfaction_channel
        if asked < check.min_count or taken is None or channel == "paper":
            return False
        limit = check.second_threshold if channel == "phone" else check.threshold
        return taken / asked < limit

    def staff_phone(self, answer, check):
        dealer = answer.dealer_id
        people = dealer.user_ids.partner_id | dealer.partner_id | dealer.partner_id.child_ids
        phones = {self.phone(person) for person in people} - {None}
        return self.phone(answer.partner_id) in phones

    def same_phone(self, answer, check):
        holders = self.holders.get(self.phone(answer.partner_id), set())
        customers = {partner.commercial_partner_id for partner in holders}
        company = any(partner.is_company for partner in holders)
        told = {a.commercial_partner_id for a in self.answers
                if self.phone(a.partner_id) == self.phone(answer.partner_id)}  # fmt: skip
        if len(told) < check.min_count:
            return False
        return len(customers) >= (check.second_threshold if company else check.threshold)

    def succession(self, check):
        """By walking from answer to answer."""
        found = set()
        for dealer in self.answers.dealer_id:
            ours = self.answers.filtered(
                lambda a, dealer=dealer: a.dealer_id == dealer
                and a.start_datetime
                and a.satisfaction_channel not in ("phone", "paper")
            ).sorted(lambda a: (a.start_datetime, a.id))
            chain = []
            for answer in ours:
                if chain:
                    pause = (answer.start_datetime - chain[-1].end_datetime).total_seconds()
                    if not 0 <= pause <= check.second_threshold:
                        found |= self._long(chain, check)
                        chain = []
                chain.append(answer)
            found |= self._long(chain, check)
        return found

    @staticmethod
    def _long(chain, check):
        customers = {answer.commercial_partner_id for answer in chain}
        if len(customers) < check.threshold:
            return set()
        return {("succession", answer) for answer in chain}
