from odoo import Command

from .load_base import Loader

# (scorecard, which of the firms, points in the order of the criteria, done, note)
_JUDGED = (
    ("5c", 0, (9, 8, 10, 8, 9, 9, 8, 7, 9, 8, 9, 7), True, "三方询证函已回，无异议。"),
    ("5p", 1, (8, 7, 8, 8, 7, 8, 7, None, 6, 7, 7), True, "担保人为股东本人。"),
    ("5c", 4, (3, 4, 5, 4, 5, None, 3, 2, 5, None, 6, 4), True, "去年有两笔货款逾期。"),
    ("5p", 2, (8, None, 7, 8, None, None, 8, None, None, 6, None), False, "流水待补。"),
)
_REMARKS = {12: "近两年均按期付款", 15: "见所附银行流水", 16: "在手运输合同三份"}


class AssessmentLoader(Loader):
    """Firms judged by the scorecards, and one that waits for papers (K1)."""

    def load(self):
        """Judge the firms, as the credit controller of the demo network."""
        self._load_limits()
        firms = self._firms()
        for code, place, points, done, note in _JUDGED:
            assessment = self._judge(firms[place], code, points, note)
            if done:
                assessment.action_done()

    def _load_limits(self):
        """The shipped limits are in yuan."""
        for band in self.env["crm.credit.band"].search([("scorecard_id.used_on", "=", False)]):
            limit, cap = (round(self.money(amount), -3) for amount in (band.limit, band.cap))
            band.write({"limit": limit, "cap": cap})

    def _firms(self):
        """Firms by revenue, those of the Shanghai dealer first."""
        results = self.env["crm.grading.result"].search(
            [("scheme_id", "=", self.ref("scheme_value")), ("partner_id.is_company", "=", True)],
            order="score desc, id",
        )
        shanghai = self.dealer("SH01")
        return results.partner_id.sorted(lambda firm: firm.dealer_id.id != shanghai)

    def _judge(self, firm, code, points, note):
        controller = self.env["crm.credit.assessment"].with_user(self.ref("user_credit")).sudo()
        assessment = controller.create(
            {
                "partner_id": firm.id,
                "scorecard_id": self.ref(f"credit_scorecard_{code}"),
                "note": note,
            }
        )
        for line, given in zip(assessment.line_ids, points, strict=True):
            if given is None:
                continue
            line.write({"score": str(given), "remark": _REMARKS.get(int(line.weight))})
            if line.evidence_required:
                line.attachment_ids = [Command.create(self._paper(line))]
        return assessment

    def _paper(self, line):
        return {
            "name": f"{line.criterion_id.with_context(lang='zh_CN').name}.txt",
            "raw": "演示数据：此处为客户提供的证明材料。".encode(),
            "res_model": line._name,
            "res_id": line.id,
        }
