"""Notices of rectification of the last weeks (S4).

The story: Shanghai works on one about its settlement sheets; Beijing reported better handovers,
and the call centre is to call the customer; the customers of Hangzhou and Shenzhen are satisfied
again, their notices are closed. Tianjin let the deadline pass, Guangzhou refused, Qingdao has its
notice since yesterday, and one about Suzhou is still a draft.
"""

import base64
from datetime import timedelta

_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
_PROOF = base64.b64encode("签到表与现场照片见附件。\nAttendance list and photos.\n".encode())
_REFUSAL = "出库费已在合同附件中列明并由客户签字，请核实。"
# Dealer, programme, subject, problem, days since issue, cause, measures, how far it is.
_STORY = [
    (
        "SH01", "csi", "结算单项目没有解释清楚",
        "客户反映结算时没有人逐项讲解，回家后才发现多收了一项检测费。", 3,
        "结算高峰期服务顾问人手不足，没有逐项讲解。",
        ["结算讲解流程培训", "高峰期增加一名结算专员"], "in_work",
    ),
    (
        "BJ01", "ssi", "交车仓促，功能未讲解",
        "交车只用了二十分钟，驾驶辅助和车机功能都没有讲解。", 9,
        "月底集中交车，每台车平均只有二十分钟。",
        ["交车时间按一小时预约", "交车讲解清单由客户签字"], "reported",
    ),
    (
        "HZ01", "csi", "同一异响两次维修才解决",
        "仪表台异响第一次没有修好，客户专程又跑了一趟。", 16,
        "首次维修时没有和客户一起试车确认。",
        ["疑难故障由技术主管陪同试车"], "closed",
    ),
    (
        "SZ01", "csi", "预约电话打不通",
        "客户连续三次拨打预约电话无人接听，最后直接到店等候。", 27,
        "午间和晚间没有安排人员接听预约电话。",
        ["预约电话转接至值班手机", "线上预约二维码放入保养提醒短信"], "closed",
    ),
    (
        "TJ01", "csi", "客户休息室座位不足",
        "周末等候两个半小时，休息室没有座位，也没有人告知进度。", 14,
        "", [], "issued",
    ),
    (
        "GZ01", "ssi", "成交价与报价不一致",
        "提车当天才告知要加收出库费，与书面报价不符。", 5,
        "", [], "refused",
    ),
    (
        "SU01", "csi", "维修中增加项目未事先告知",
        "结算时才发现更换了刹车片，此前没有人打电话征得同意。", 0,
        "", [], "draft",
    ),
    (
        "QD01", "ssi", "进店无人接待",
        "进店看车近十分钟没有人打招呼。", 1,
        "", [], "issued",
    ),
]  # fmt: skip

# What the problems belong to.
_FACTORS = {
    "SH01": "csi_handover",
    "BJ01": "ssi_delivery",
    "HZ01": "csi_quality",
    "SZ01": "csi_booking",
    "TJ01": "csi_facility",
    "GZ01": "ssi_deal",
    "SU01": "csi_order",
    "QD01": "ssi_first",
}


def load(env):
    """Take the notices through their steps, each by who does it."""
    env = env(context={**env.context, **_QUIET})
    issuer = env.ref("crm_dealer_grading.user_auditor", raise_if_not_found=False)
    for code, programme, *rest in _STORY:
        dealer = env["crm.dealer"].search([("code", "=", code)], limit=1)
        if issuer and dealer.manager_id:
            _Story(env, issuer, dealer).tell(programme, *rest)
    # Nobody is written to in the name of a story.
    env["mail.mail"].search([("model", "=", "crm.rectification")]).unlink()


class _Story:
    def __init__(self, env, issuer, dealer):
        self.env, self.issuer, self.dealer = env, issuer, dealer
        self.today = env.company._today_here()

    def tell(self, programme, subject, problem, days, cause, measures, until):
        vals = self._vals(programme, {"subject": subject, "problem": problem})
        notices = self.env["crm.rectification"].with_user(self.issuer)
        if until == "draft":
            notices._make([vals])
            return
        notice = notices._issue(vals)
        if until == "refused":
            notice.with_user(self.dealer.manager_id)._step("refuse", _REFUSAL)
        elif until != "issued":
            begun = self.today - timedelta(days)
            self._put_right(notice, cause, measures, begun, until)
        self._long_ago(notice, days)

    def _put_right(self, notice, cause, measures, begun, until):
        manager = notice.with_user(self.dealer.manager_id)
        manager._step("accept")
        self._work(manager, cause, measures, begun, done=until != "in_work")
        if until != "in_work":
            manager._step("report")
        if until == "closed":
            notice.with_user(self.issuer)._recalled("satisfied", "客户表示满意，感谢回访。")
            notice.with_user(self.issuer)._step("close")

    def _vals(self, programme, words):
        answer = self._worst_answer(programme)
        vals = {"dealer_id": self.dealer.id}
        if answer:
            notices = self.env["crm.rectification"].with_user(self.issuer)
            vals = notices._answer_vals(answer, answer._weak_points())
            vals["origin_key"] = f"answer:{answer.id}"
        factor = self.env.ref(f"crm_dealer_survey.factor_{_FACTORS[self.dealer.code]}")
        return {**vals, **words, "factor_id": factor.id}

    def _worst_answer(self, programme):
        """The lowest total of a customer whom one may call."""
        scores = self.env["crm.satisfaction.score"].search(
            [
                ("programme_id", "=", self.env.ref(f"crm_dealer_survey.programme_{programme}").id),
                ("dealer_id", "=", self.dealer.id),
                ("kind", "=", "satisfaction"),
                ("factor_id", "=", False),
            ]
        )
        answers = scores.sorted("value").user_input_id
        return answers.filtered(lambda a: a.partner_id._contact_allowed("followup", "phone"))[:1]

    def _work(self, notice, cause, measures, begun, done):
        notice.cause_analysis = cause
        day = min(begun + timedelta(4), self.today)
        first = {"proof": _PROOF, "proof_name": "proof.txt", "done_on": day}
        for number, name in enumerate(measures):
            finished = first if done or not number else {}
            self.env["crm.rectification.measure"].with_user(notice.env.user).create(
                {
                    "rectification_id": notice.id,
                    "name": name,
                    "until": begun + timedelta(5),
                    **finished,
                }
            )

    def _long_ago(self, notice, days):
        """As if it had begun so many days ago."""
        notice = notice.sudo()
        issued = self.today - timedelta(days)
        vals = {"issued_on": issued}
        if notice.accepted_on:
            vals["accepted_on"] = min(issued + timedelta(1), self.today)
        if notice.reported_on:
            vals["reported_on"] = min(issued + timedelta(5), self.today)
        if notice.closed_on:
            vals["closed_on"] = issued + timedelta(8)
            for call in notice.recall_ids:
                call.date -= timedelta(days - 7)
        vals["deadline_on"] = notice._deadline(issued)
        notice._store(vals)
