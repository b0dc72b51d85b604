"""What the plans of the demo network say."""

_G, _S = "crm_dealer_grading.kpi_", "crm_dealer_survey.kpi_"

NETWORK = {
    "situation": "优势：网络覆盖完整，回访体系已建立。\n"
    "弱项：交车讲解、服务等待时间、客户数据质量。",
    "direction": "以客户满意为起点，从满意到感动。\n一、交车不赶时间，功能讲解到位。\n"
    "二、承诺的时间说到做到。\n三、客户数据真实、完整、及时。",
}
# KPI, target of the network.
TARGETS = [
    (f"{_S}satisfaction_ssi", 85),
    (f"{_S}satisfaction_csi", 82),
    (f"{_S}very_satisfied", 35),
    (f"{_S}followup_ratio", 90),
    (f"{_G}effective_sold", 90),
    (f"{_G}completeness", 95),
    (f"{_G}retention", 75),
    (f"{_G}churn", 25),
    (f"{_G}conversion", 20),
]
# Topic, KPI, measure, effect, month until when.
TOPICS = [
    (
        "交车讲解不充分", f"{_S}satisfaction_ssi",
        "交车按一小时预约，讲解清单由客户签字。", "SSI +2", 6,
    ),
    (
        "服务等待时间长", f"{_S}satisfaction_csi",
        "预约分时段管理，等待超过三十分钟主动说明。", "CSI +3", 9,
    ),
    (
        "客户数据不完整", f"{_G}completeness",
        "建档当天由信息员核对必填项。", "完整度达到95%", 12,
    ),
]  # fmt: skip
# Activity, kind, month, day, days more, amount, expected effect.
EVENTS = [
    ("会员新春联谊会", "club", 1, 18, 0, 60000, "到场会员200人，转介绍20人"),
    ("春季服务月", "service", 4, 1, 29, 120000, "回厂台次提高10%"),
    ("车主足球赛", "event", 6, 20, 1, 45000, "参与车主家庭80个"),
    ("《车主之友》秋季刊", "publication", 9, 10, 0, 30000, "覆盖全部保有客户"),
    ("大客户答谢会", "key_account", 10, 25, 0, 50000, "续签大客户协议5家"),
    ("冬季关怀短信与保养礼券", "care", 12, 1, 20, 40000, "流失客户回流5%"),
]
# For what, kind, month, amount.
BUDGET = [
    ("回访外呼费用", "survey", 3, 24000),
    ("服务顾问满意度培训", "training", 5, 36000),
    ("客户礼品", "care", 8, 28000),
    ("问卷印刷与奖品", "survey", 11, 12000),
]
# Dealer, its share of the amounts above (%), how far last year's plan came, and this year's.
DEALERS = [
    ("SH01", 50, "closed", "running"),
    ("HZ01", 40, "closed", "running"),
    ("SU01", 30, None, "approved"),
    ("GZ01", 70, None, "running"),
    ("SZ01", 35, None, "draft"),
    ("BJ01", 45, None, "submitted"),
    ("QD01", 25, None, "returned"),
]
