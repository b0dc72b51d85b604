"""KPIs: measuring a quarter of all dealers, one KPI after the other (S10)."""

from datetime import date

from regrade import environment
from report import number, seconds, step
from scratch import Clock, run


def measure(report):
    report.title("KPIs")
    step("measuring a quarter")
    [[dealers]] = run("SELECT count(*) FROM crm_dealer WHERE active")
    with environment() as env:
        values = env["crm.kpi.value"]
        begin = values._period_of("quarter", env.company._today_here())
        times = {}
        for kpi in env["crm.kpi"].search([]):
            with Clock(env.cr) as clock:
                values._measure(kpi, "quarter", begin)
            times[kpi.code] = clock.time
        env.cr.commit()
    name = f"{len(times)} KPIs of {number(dealers)} dealers, regions and the network"
    report.info(name, seconds(sum(times.values())))
    for code, time in sorted(times.items(), key=lambda item: -item[1])[:5]:
        report.info(f"  {code}", seconds(time))
    a_day = sum(times.values()) * 4 / 60
    report.judge("a night: month, quarter, half-year and year", a_day, 30, " min")
    with environment() as env:
        oem = env.ref("base.user_admin")
        rows = env["crm.kpi.value"].with_user(oem)
        with Clock(env.cr) as clock:
            rows.web_search_read(
                [("period_kind", "=", "quarter"), ("period", "<=", date.today())],
                {name: {} for name in ("value", "trend", "target", "standing", "few")},
                limit=80,
            )
    report.info("a page of 80 values", seconds(clock.time))
