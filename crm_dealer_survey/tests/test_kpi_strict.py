"""Strict satisfaction: wrong contact data count 0; notices in time (S9, S10)."""

import random
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import SQL

from .common_rectification import RectificationFactories

BEGIN, END = date(2033, 3, 1), date(2033, 4, 1)
EAST = timedelta(hours=8)
DAYS = [BEGIN - timedelta(1), BEGIN, date(2033, 3, 15), END - timedelta(1), END]


@tagged("post_install", "-at_install")
class TestKpiStrict(RectificationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()
        cls.rng = random.Random("strict")
        cls.programme = cls.env.ref("crm_dealer_survey.programme_csi")
        cls.version = cls._version(cls.programme)
        cls.version.action_open()
        cls.people = cls.env["res.partner"].create(
            [{"name": f"P{n}", "dealer_id": cls.rng.choice([cls.dealer_a, cls.dealer_b]).id}
             for n in range(12)]
        )  # fmt: skip
        cls.figures = []  # (dealer, day, value)

    def _figure(self, code, dealer):
        kpi = self.env.ref(f"crm_dealer_survey.kpi_{code}")
        self.env.flush_all()
        return kpi.figures(BEGIN, END)["dealer", dealer.id]

    def _moment(self, day):
        # The first or the last minute of the day in Shanghai.
        at = datetime.combine(day, datetime.min.time()) - EAST
        return at + timedelta(minutes=self.rng.choice([0, 1439]))

    def _person(self):
        return self.rng.choice(self.people)

    # -- The random world ------------------------------------------------------------------------

    def _verify(self, person, day, field_name, verdict):
        self.env["crm.customer.verification"].create(
            {
                "partner_id": person.id,
                "date": day,
                "line_ids": [(0, 0, {"field_name": field_name, "verdict": verdict})],
            }
        )

    def _make_answers(self):
        wrong = set()
        with freeze_time("2033-06-01"):
            for person in self.people[:8]:
                day = self.rng.choice(DAYS[1:])
                name = self.rng.choice(["phone", "email", "city"])
                verdict = self.rng.choice(["wrong", "wrong", "correct"])
                self._verify(person, day, name, verdict)
                if verdict == "wrong" and name != "city":
                    wrong.update((person, day + timedelta(n)) for n in (-1, 0, 1))
        zeros = 0
        for _number in range(60):
            person, day = self._person(), self.rng.choice(DAYS)
            said = {
                question: self.rng.randint(1, 10)
                for question in self.version.question_ids
                if question.satisfaction_kind == "satisfaction"
            }
            answer = self._answered(said, at=self._moment(day), partner_id=person.id)
            total = answer.satisfaction_score_ids.filtered(
                lambda score: score.kind == "satisfaction" and not score.factor_id
            )
            zero = (person, day) in wrong
            zeros += zero and BEGIN <= day < END
            self.figures.append((person.dealer_id, day, 0 if zero else total.value))
        self.assertGreater(zeros, 1)

    def _make_calls(self):
        asking = self._rule(name="Asks", caller="call_centre", programme_id=self.programme.id)
        silent = self._rule(name="Does not ask", caller="call_centre")
        own = self._rule(name="Own")
        for number in range(60):
            rule = self.rng.choice([asking, asking, silent, own])
            person, day = self._person(), self.rng.choice(DAYS)
            state, result = self.rng.choice(
                [("unreachable", "wrong_number"), ("unreachable", "no_answer"),
                 ("done", "reached"), ("due", "wrong_number")]
            )  # fmt: skip
            self._call(rule, person, number, state=state, last_result=result,
                       last_date=self._moment(day))  # fmt: skip
            if rule == asking and (state, result) == ("unreachable", "wrong_number"):
                self.figures.append((person.dealer_id, day, 0))

    def _call(self, rule, person, number, **vals):
        return self.Call.create(
            {
                "rule_id": rule.id,
                "caller": rule.caller,
                "event_key": f"visit:-{number}",
                "partner_id": person.id,
                "dealer_id": person.dealer_id.id,
                "event_date": BEGIN,
                "date_due": BEGIN,
                "date_next": datetime(2033, 3, 1),
                "lapses_on": END,
                **vals,
            }
        )

    def _make_lines(self):
        """What came of messages: not everything that failed lies in the address."""
        mails = {kind: self.env["mail.mail"].create({"state": state, "failure_type": kind})
                 for kind, state in (("mail_email_invalid", "exception"),
                                     ("mail_smtp", "exception"), (False, "sent"))}  # fmt: skip
        texts = {kind: self.env["sms.sms"].create({"state": "error", "failure_type": kind})
                 for kind in ("sms_number_format", "sms_credit")}  # fmt: skip
        fates = [
            ({"mail_id": mails["mail_email_invalid"].id, "channel": "email"}, True),
            ({"mail_id": mails["mail_smtp"].id, "channel": "email"}, False),
            ({"mail_id": mails[False].id, "channel": "email"}, True),  # came back later
            ({"sms_id": texts["sms_number_format"].id, "channel": "sms"}, True),
            ({"sms_id": texts["sms_credit"].id, "channel": "sms"}, False),
        ]
        for number in range(50):
            fate, wrong = self.rng.choice(fates)
            reason = self.rng.choice(["bounced", "bounced", "unreachable"])
            person, day = self._person(), self.rng.choice(DAYS)
            self._line(person, number, state="failed", reason=reason,
                       sent_at=self._moment(day), **fate)  # fmt: skip
            if wrong and reason == "bounced":
                self.figures.append((person.dealer_id, day, 0))

    def _line(self, person, number, **vals):
        sample = self.env["crm.satisfaction.sample"].create(
            {"programme_id": self.programme.id, "date_from": BEGIN, "date_to": END}
        )
        stratum = self.env["crm.satisfaction.sample.stratum"].create(
            {"sample_id": sample.id, "dealer_id": person.dealer_id.id, "stratum": "vehicle"}
        )
        return self.env["crm.satisfaction.sample.line"].create(
            {
                "sample_id": sample.id,
                "stratum_id": stratum.id,
                "programme_id": self.programme.id,
                "company_id": self.env.company.id,
                "dealer_id": person.dealer_id.id,
                "stratum": "vehicle",
                "event_key": f"visit:-{number}",
                "partner_id": person.id,
                "commercial_partner_id": person.id,
                **vals,
            }
        )

    # -- Tests -----------------------------------------------------------------------------------

    def test_wrong_contact_data_count_zero(self):
        self._make_answers()
        self._make_calls()
        self._make_lines()
        for dealer in (self.dealer_a, self.dealer_b):
            mine = [v for d, day, v in self.figures if d == dealer and BEGIN <= day < END]
            figure = self._figure("satisfaction_csi_strict", dealer)
            self.assertEqual(figure.denominator, len(mine))
            self.assertAlmostEqual(figure.value, 10 * sum(mine) / len(mine))
            self.assertTrue(0 <= figure.low < figure.value < figure.high)
            plain = self._figure("satisfaction_csi", dealer)
            self.assertGreater(plain.value, figure.value)
            self.assertFalse(self._figure("satisfaction_ssi_strict", dealer).denominator)

    def test_who_answers_after_all_counts_once(self):
        asking = self._rule(name="Asks", caller="call_centre", programme_id=self.programme.id)
        person = self.people[0]
        call = self._call(asking, person, 1, state="unreachable", last_result="wrong_number",
                          last_date=datetime(2033, 3, 5))  # fmt: skip
        line = self._line(person, 1, state="failed", reason="unreachable", call_id=call.id)
        strict = self._figure("satisfaction_csi_strict", person.dealer_id)
        self.assertEqual((strict.denominator, strict.value), (1, 0))
        line.write({"state": "answered", "reason": False})
        self.assertFalse(self._figure("satisfaction_csi_strict", person.dealer_id).denominator)

    def test_drill_down_and_rights(self):
        self._answered(None, at=datetime(2033, 3, 5), partner_id=self.customer_a.id)
        self._answered(None, at=datetime(2033, 3, 5), partner_id=self.customer_b.id)
        asking = self._rule(name="Asks", caller="call_centre", programme_id=self.programme.id)
        self._call(asking, self.customer_a, 1, state="unreachable", last_result="wrong_number",
                   last_date=datetime(2033, 3, 5))  # fmt: skip
        rows = self.env["crm.satisfaction.strict"].search([("date", ">=", BEGIN)])
        for login in ("sales_a", "credit", "clerk", "homeless"):
            self.assertFalse(self._as(login, rows).has_access("read"), login)
        mine = self._as("manager_a", rows).search([("date", ">=", BEGIN)])
        self.assertEqual(mine.dealer_id, self.dealer_a)
        with self.assertRaises(AccessError):
            self._as("manager_a", rows - mine).read(["value"])
        with self.assertRaises(AccessError):
            mine.read(["call_id"])
        self.assertEqual(len(self._as("auditor", rows).search([("date", ">=", BEGIN)])), 3)
        kpi = self.env.ref("crm_dealer_survey.kpi_satisfaction_csi_strict")
        values = self.env["crm.kpi.value"]
        values._measure(kpi, "month", BEGIN)
        row = values.search([("kpi_id", "=", kpi.id), ("dealer_id", "=", self.dealer_a.id)])
        self.assertEqual(row.basis, str(self.version.id))
        action = self._as("manager_a", row).action_open_denominator()
        opened = self._as("manager_a", rows).search(action["domain"])
        self.assertEqual(len(opened), row.denominator)
        targets = {line.action_open_answer()["res_model"] for line in opened}
        self.assertEqual(targets, {"survey.user_input", "res.partner"})

    def test_rectification_in_time(self):
        notices = []
        for state in ("issued", "in_work", "reported", "reported", "closed"):
            notices += [self._brought_to(state) for _number in range(5)]
        notices.append(self._notice())
        refused, gone = self._brought_to("issued"), self._brought_to("issued")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_rectification SET state = CASE id WHEN %s THEN 'refused' ELSE 'cancelled'"
            " END, deadline_on = %s WHERE id IN %s",
            [refused.id, date(2033, 3, 2), (refused.id, gone.id)],
        )
        good = due = 0
        today = date(2033, 3, 20)
        for notice in notices:
            deadline = self.rng.choice([*DAYS, date(2033, 3, 25)])
            reported = notice.state in ("reported", "closed")
            on = deadline + timedelta(self.rng.choice([-1, 0, 1])) if reported else None
            self.env.cr.execute(
                "UPDATE crm_rectification SET deadline_on = %s, reported_on = %s WHERE id = %s",
                [deadline, on, notice.id],
            )
            if notice.state != "draft" and BEGIN <= deadline < END:
                due += reported or deadline < today
                good += bool(reported and on <= deadline)
        self.env.invalidate_all()
        self.assertGreater(good, 1)
        with freeze_time("2033-03-20 04:00:00"):
            figure = self._figure("rectification_in_time", self.dealer_a)
        self.assertEqual((figure.numerator, figure.denominator), (good, due))
        self.assertTrue(figure.low < figure.value < figure.high)

    def test_no_part_is_read_wholly(self):
        """A KPI of a month looks answers, wrong numbers and bounced messages up by index."""
        kpi = self.env.ref("crm_dealer_survey.kpi_satisfaction_csi_strict")
        part = kpi._parts(date(2026, 7, 1), date(2026, 8, 1))[0]
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        rows = self.env.execute_query(SQL("EXPLAIN %s", kpi._records(part)))
        plan = "\n".join(line for (line,) in rows)
        for name in ("score_totals", "call_wrong_index", "line_bounced_index"):
            self.assertRegex(plan, rf"Scan (using|on) crm_\w+_{name}")
