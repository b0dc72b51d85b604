"""Where notices come from: answers, follow-up calls, complaints, audits (S4)."""

from functools import partial

from odoo import Command, api, models
from odoo.exceptions import AccessError

from odoo.addons.crm_dealer_grading.tools.alone import alone
from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_rectification_guard import STEP


class CrmRectification(models.Model):
    _inherit = "crm.rectification"

    @api.model
    @api.private
    def _make(self, vals_list):
        """Drafts with all rights, with their origin; whoever calls it has decided that.

        Those whose ``origin_key`` made a notice already are left out.
        """
        keys = [vals["origin_key"] for vals in vals_list if vals.get("origin_key")]
        # Who closed a case or made a call does not follow a draft: it may be the dealer.
        notices = self.sudo().with_context(
            crm_rectification_step=STEP, mail_create_nosubscribe=True
        )
        known = set(notices.search([("origin_key", "in", keys)]).mapped("origin_key"))
        new = [vals for vals in vals_list if vals.get("origin_key") not in known]
        made = notices.create([self._whole_vals(vals) for vals in new])
        return made.with_env(self.sudo().env)

    @api.model
    def _whole_vals(self, vals):
        """With the company of the dealer, and only people who still work there."""
        dealer = self.env["crm.dealer"].sudo().browse(vals["dealer_id"])
        company = dealer.company_id.id or vals.get("company_id") or self.env.company.id
        responsible = vals.get("responsible_id")
        if responsible not in dealer.user_ids.ids:
            responsible = False
        return {**vals, "company_id": company, "responsible_id": responsible}

    @api.model
    @api.private
    def _issue(self, values):
        """Issue a notice at once, in the user's name; for audits and other code.

        :param dict values: ``dealer_id``, ``subject`` and ``problem``, and any of ``origin``,
            ``source_ref`` ("model,id"), ``source_name``, ``origin_key`` (once for each),
            ``severity``, ``working_days``, ``deadline_on``, ``responsible_id``, ``partner_id``,
            ``vehicle_id``, ``visit_id``, ``factor_id``, ``finding_ids`` (commands)
        :return: the notice, or the one that ``origin_key`` made before
        :raise AccessError: the user is no auditor or manager of the manufacturer
        """
        if not self._may_issue():
            raise AccessError(self._not_yours())
        if key := values.get("origin_key"):
            if before := self.sudo().search([("origin_key", "=", key)]):
                return before.sudo(self.env.su)
        notice = self._make([values]).with_env(self.env)
        notice._step("issue")
        return notice

    @api.model
    def _issue_by_rule(self, notices, rules):
        """Issue what the rules say, in their issuers' names."""
        for notice, rule in zip(notices, rules, strict=True):
            if not rule._issues():
                continue
            # sudo: the rule's issuer decides, whoever answered or closed the case.
            issued = notice.with_user(rule.issuer_id).sudo()
            # The customer's answer counts all the same; the notice is left as a draft.
            complaint = f"Notice {notice.id} could not be issued by its rule"
            alone(self.env, partial(issued._step, "issue"), complaint)

    @api.model
    def _worded_for(self, dealer):
        """Whatever customers and callers speak, the words are for the dealer."""
        lang = dealer.manager_id.lang or dealer.company_id.partner_id.lang
        lang = lang or self.env.company.partner_id.lang or self.env.lang
        return self.with_context(lang=lang)

    @api.model
    def _hold_source(self, source_ref):
        """Two who give a notice about it at once: the second finds what the first wrote."""
        model, _comma, number = source_ref.partition(",")
        if model in self.env and number.isdigit():
            touch(self.env[model].browse(int(number)))

    @api.model
    def _about_source(self, source_ref):
        """The notice about a complaint or audit that holds; may be empty."""
        domain = [("source_ref", "=", source_ref), ("state", "!=", "cancelled")]
        return self.search(domain, limit=1)

    @api.model
    def _rule_vals(self, rule):
        return {"severity": rule.severity, "working_days": rule.working_days}

    # ------------------------------------------------------------ answers

    @api.model
    @api.private
    def _from_answers(self, answers):
        """Notices about answers that meet the rules, one for each answer."""
        met = self.env["crm.rectification.rule"].sudo()._met_by(answers)
        answers = answers.sudo().filtered(lambda answer: answer.id in met)
        rules, vals_list = {}, []
        for answer in answers:
            found = met[answer.id]
            rule = self.env["crm.rectification.rule"].sudo().browse(
                dict.fromkeys(finding[0] for finding in found)
            )._strictest()  # fmt: skip
            rules[f"answer:{answer.id}"] = rule
            vals = {**self._answer_vals(answer, found), **self._rule_vals(rule)}
            vals_list.append({**vals, "origin_key": f"answer:{answer.id}"})
        notices = self._make(vals_list)
        self._issue_by_rule(notices, [rules[notice.origin_key] for notice in notices])
        return notices

    @api.model
    def _answer_vals(self, answer, findings=()):
        """What an answer says of the problem."""
        words = [
            line.value_text_box.strip()
            for line in answer.satisfaction_line_ids
            if line.answer_type == "text_box" and (line.value_text_box or "").strip()
        ]
        factors = [factor for _rule, factor, _question, _value in findings if factor]
        programme, env = answer.satisfaction_programme_id, self._worded_for(answer.dealer_id).env
        plain = env._("Dissatisfied according to the answer; see the findings.")
        return {
            "origin": "answer",
            "answer_id": answer.id,
            "subject": env._(
                "%(programme)s: dissatisfied customer", programme=programme.code
            ),
            "problem": "\n".join(words) or plain,
            "dealer_id": answer.dealer_id.id,
            "company_id": answer.company_id.id,
            "responsible_id": answer.advisor_id.id,
            "partner_id": answer.partner_id.id,
            "vehicle_id": answer.vehicle_id.id,
            "visit_id": answer.visit_id.id,
            "factor_id": factors[0] if factors else False,
            "finding_ids": [Command.create(vals) for vals in self._finding_vals(findings)],
        }

    @api.model
    def _finding_vals(self, findings):
        """Each factor, question and total once."""
        once = {(factor if not question else 0, question): (factor, value)
                for _rule, factor, question, value in findings}  # fmt: skip
        return [
            {"factor_id": factor, "question_id": question, "value": value}
            for (_key, question), (factor, value) in once.items()
        ]

    # ------------------------------------------------------------ follow-up calls

    @api.model
    @api.private
    def _from_call(self, call):
        """A notice about a customer who was not satisfied on the telephone.

        None where the questionnaire of the same call made one, or no rule is about calls.
        """
        rule = self.env["crm.rectification.rule"].sudo()._first_about("call")
        if not rule:
            return self.browse()
        answer = call.answer_id
        if answer and (before := self.sudo().search([("answer_id", "=", answer.id)], limit=1)):
            before.with_context(crm_rectification_step=STEP).call_id = call
            return before
        note, env = call._last_words(), self._worded_for(call.dealer_id).env
        notice = self._make(
            [
                {
                    **self._rule_vals(rule),
                    "origin": "call",
                    "origin_key": f"call:{call.id}",
                    "call_id": call.id,
                    "answer_id": answer.id,
                    "subject": env._("Follow-up call: dissatisfied customer"),
                    "problem": note or env._("The customer was not satisfied."),
                    "dealer_id": call.dealer_id.id,
                    "company_id": call.company_id.id,
                    "responsible_id": (call.visit_id.user_id or call.lead_id.user_id).id,
                    "partner_id": call.partner_id.id,
                    "vehicle_id": call.vehicle_id.id,
                    "visit_id": call.visit_id.id,
                }
            ]
        )
        self._issue_by_rule(notice, [rule] * len(notice))
        return notice
