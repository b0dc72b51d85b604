from datetime import timedelta

from .load_base import Loader

# (which customer at that level, level given by hand, why, days until it ends)
_NAMED = (
    ("S", "K", "集团董事长亲自介绍，今年有批量采购计划", 300),
    ("O", "S", "车友会会长，影响力大", 180),
    ("O", "S", "新开物流公司，首批十台车在谈", 5),
)
_FINDINGS = {
    "low_value_reason": "近一年只做过一次小保养，消费极少。",
    "resources_used": "每季度两次电话回访，三次短信邀约，一次上门。",
    "attempts": "送过保养券、邀请过爱车讲堂，均未到店。",
    "value_assessment": "车辆将出保，客户已搬离本市，近期无换购意向。",
}
# The states that reports are left in.
_STATES = ("draft", "submitted", "approved", "refused", "given_up", "resumed")


class PolicyLoader(Loader):
    """What people decided about customers: levels by hand, give-up reports, a simulation."""

    def load(self, today):
        """Add it to customers who hold a level already."""
        self.load_manual_levels(today)
        self.load_reports()
        self.load_simulation()

    def load_manual_levels(self, today):
        """A few customers are named; one of these ends within a week."""
        scheme = self.env.ref("crm_dealer_grading.scheme_value")
        levels = {level.code: level for level in scheme.level_ids}
        taken = self.env["res.partner"]
        for code, given, why, days in _NAMED:
            partner = (self._at(levels[code]) - taken)[:1]
            if not partner:
                continue
            taken |= partner
            self.env["crm.grading.manual"].create(
                {
                    "partner_id": partner.id,
                    "scheme_id": scheme.id,
                    "level_id": levels[given].id,
                    "reason": why,
                    "date_from": min(today, self.env.company._today_here()),
                    "date_until": today + timedelta(days),
                    "user_id": self.ref("user_manager"),
                }
            )

    def load_reports(self):
        """A report in each state."""
        small = self._at(self.env.ref("crm_dealer_grading.level_value_small"))
        for partner, state in zip(small, _STATES, strict=False):
            report = (
                self.env["crm.give.up.report"]
                .with_user(self.ref("user_sales"))
                .sudo()
                .create({"partner_id": partner.id, **_FINDINGS})
            )
            if state == "draft":
                continue
            report.action_submit()
            manager = report.with_user(self.ref("user_manager")).sudo()
            if state == "refused":
                manager.action_refuse("请先由服务经理上门回访一次，再提交。")
            elif state != "submitted":
                manager.action_approve()
            if state in ("given_up", "resumed"):
                manager.action_give_up()
            if state == "resumed":
                manager.partner_id.action_resume()

    def load_simulation(self):
        """What if the key customers were the top two percent?"""
        scheme = self.env.ref("crm_dealer_grading.scheme_value")
        action = scheme.action_simulate()
        simulation = self.env["crm.grading.simulation"].browse(action["res_id"])
        key, secondary = simulation.draft_id.level_ids[:2]
        simulation.draft_id.write(
            {
                "level_ids": [
                    (1, key.id, {"share": key.share + 1}),
                    (1, secondary.id, {"share": secondary.share - 1}),
                ]
            }
        )
        simulation.action_run()

    def _at(self, level):
        """Customers of the Shanghai dealer at a level."""
        domain = [("level_id", "=", level.id), ("dealer_id", "=", self.dealer("SH01"))]
        return self.env["crm.grading.result"].search(domain).partner_id
