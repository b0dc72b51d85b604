"""Members of the club in the demo network: of every tier, in every state."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "tz": "Asia/Shanghai"}
# How long ago they joined: by the member's place in the list, within two years.
_STRIDE, _SPAN = 37, 700


def load(env):
    """Enrol most customers of the dealers as of some day, and let things happen to some."""
    Loader(env(context={**env.context, **_QUIET})).load()


class Loader:
    def __init__(self, env):
        self.env = env
        # sudo: what the manufacturer's manager does, in the loader's hand.
        self.members = (
            env["crm.club.membership"].with_user(env.ref("crm_dealer_grading.user_oem")).sudo()
        )
        self.today = self.members._today()
        self.tiers = {tier.code: tier for tier in env["crm.club.tier"].search([])}

    def load(self):
        customers = self.env["res.partner"].search(
            [
                ("dealer_id", "!=", False),
                ("given_up_on", "=", False),
                "|",
                ("is_company", "=", True),
                ("parent_id", "=", False),
            ],
            order="id",
        )
        chosen = [customer.id for place, customer in enumerate(customers) if place % 4 != 3]
        members = self.members._enrol(customers.browse(chosen)).sorted("id")
        for place, member in enumerate(members):
            joined = self.today - timedelta(1 + place * _STRIDE % _SPAN)
            # Nobody joins before being a customer.
            known = member.partner_id.create_date.date()
            self._date(member, max(joined, min(known, self.today - timedelta(1))))
        self._let_things_happen(members)

    def _date(self, member, joined):
        """As if the member had joined on that day and been renewed since."""
        tier, starts = member.tier_id, [joined]
        while (start := starts[-1] + relativedelta(months=tier.validity_months)) <= self.today:
            starts.append(start)
        member._store(
            {
                "join_date": joined,
                "valid_from": starts[-1],
                "valid_until": member._last_day(starts[-1], tier),
            }
        )
        member.change_ids.write({"date": joined, "valid_until": member._last_day(joined, tier)})
        for start in starts[1:]:
            change = member._record_changes("renewed")
            change.write({"date": start, "valid_until": member._last_day(start, tier)})

    def _let_things_happen(self, members):
        by_tier = {
            code: members.filtered(lambda m, t=tier: m.tier_id == t)
            for code, tier in self.tiers.items()
        }
        ordinary, silver = by_tier["O"], by_tier["S"]
        self._once_higher(silver[:3], "G", -10)  # in grace
        self._once_higher(ordinary[:4], "S", 20)  # told that it ends
        self.members._take_due_notices(self.today, None)._plan_notices(self.today)
        for member in by_tier["D"][-2:] | by_tier["G"][-1:]:
            until = self.today + relativedelta(months=9)
            member.action_invite(self.tiers["V"], until, "厂家邀请：品牌形象大使")
        ordinary[4:6].action_suspend("积分交易异常，暂停权益待查")
        silver[3:4].action_suspend("客户信息存疑，待核实")
        ordinary[6:8].action_leave("客户要求退会")
        silver[4:5].action_leave("已迁往外地")
        ordinary[8:9].action_leave("客户要求退会")
        ordinary[8:9].action_return("客户回店，重新入会")
        silver[5:6].action_replace_card("卡片遗失，挂失补卡")
        for member in ordinary[9:12]:
            end = self.today - timedelta(40)
            member._store({"state": "expired", "valid_until": end, "notice_for": False})
            member._record_changes("expired").write({"date": self.today - timedelta(9)})

    def _once_higher(self, members, code, days):
        """They hold more than they earn today; the period ends in so many days."""
        tier = self.tiers[code]
        for member in members:
            end = self.today + timedelta(days)
            start = end - relativedelta(months=tier.validity_months) + timedelta(1)
            lower = member.tier_id
            vals = {"tier_id": tier.id, "valid_from": start, "valid_until": end}
            member._store({**vals, "join_date": min(member.join_date, start)})
            enrolled = member.change_ids.filtered(lambda c: c.kind == "enrolled")
            ended = member._last_day(member.join_date, lower)
            enrolled.write({"date": member.join_date, "valid_until": ended})
            member._record_changes("upgraded", {member: lower}).write({"date": start})
