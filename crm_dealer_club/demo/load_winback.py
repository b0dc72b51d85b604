"""Win-back cases of the demo network: to call, called, with an offer, back, and gone for good."""

from datetime import timedelta

from odoo import fields

_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
# reason, what the customer said, offer, cost, result
_STORIES = [
    (None, None, None, 0, None),
    ("price", "保养比外面贵三百块，等发了年终奖再说。", None, 0, None),
    ("waiting", "上次换机油等了三个小时，没人管。", "优先工位与上门取送车", 150, None),
    ("competitor", "小区门口修理店方便，师傅熟。", "原厂机油保养八折", 240, "won_back"),
    ("quality", "空调修了两次还响，不想再跑了。", "免费复检空调", 180, "declined"),
    ("sold", "车已经卖给亲戚了。", None, 0, "not_lost"),
    (None, "无人接听，三次。", None, 0, "unreachable"),
    ("service", "接待态度差，问一句顶一句。", "店长致歉，赠送四轮定位", 200, "won_back"),
    ("moved", "搬到成都了。", None, 0, "not_lost"),
    (None, None, None, 0, None),
]


class WinbackLoader:
    """The stories above at the two largest dealers, a month apart."""

    def __init__(self, env):
        self.env = env(context={**env.context, **_QUIET})
        self.now = fields.Datetime.now()

    def load(self):
        users = {"dealer_sh01": "user_sales", "dealer_gz01": "user_gz01_manager"}
        for number, (dealer, user) in enumerate(users.items()):
            dealer = self.env.ref(f"crm_dealer_grading.{dealer}")
            user = self.env.ref(f"crm_dealer_grading.{user}")
            lost = self.env["res.partner"].search(
                [("dealer_id", "=", dealer.id), ("is_lost", "=", True), ("parent_id", "=", False)],
                order="past_revenue desc, id",
                limit=len(_STORIES),
            )
            for place, (customer, story) in enumerate(zip(lost, _STORIES, strict=False)):
                self._tell(customer, user, story, days=60 + 30 * number - 3 * place)

    def _tell(self, customer, user, story, days):
        reason, said, offer, cost, result = story
        day = self.now - timedelta(days=days)
        case = self.env["crm.winback.case"].create(
            {"partner_id": customer.id, "user_id": user.id, "opened_on": day}
        )
        if said:
            reason = reason and self.env.ref(f"crm_dealer_club.winback_reason_{reason}")
            case._log_call(
                {
                    "way": "phone",
                    "date": day + timedelta(days=2),
                    "summary": reason.name if reason else "无人接听",
                    "feedback": said,
                    "user_id": user.id,
                },
                reason=reason,
                reached=bool(reason),
            )
        if offer:
            case.write(
                {
                    "offer_kind": "other",
                    "offer_text": offer,
                    "offer_cost": cost,
                    "offer_until": fields.Date.today() + timedelta(days=45),
                }
            )
            case.action_offer()
        if result:
            case._close(result)


def load(env):
    """Load the demo data of win-back."""
    WinbackLoader(env).load()
