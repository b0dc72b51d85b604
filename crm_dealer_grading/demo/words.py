"""What the demo network is made of: places, names, phrases. All people are invented."""

from typing import NamedTuple


class Place(NamedTuple):
    """A dealer's town as its customers' addresses, plates and papers tell it."""

    state: str
    city: str
    zip: str
    plate: str
    area: str  # first six digits of an identity card
    streets: tuple
    customers: int  # persons
    staff: tuple  # external ids of users, the busiest first


PLACES = {
    "SH01": Place(
        "SH", "上海市", "200120", "沪A", "310115",
        ("世纪大道", "张杨路", "浦东南路", "锦绣路", "龙阳路"), 53,
        ("user_sales", "user_manager", "user_sh01_advisor"),
    ),
    "HZ01": Place(
        "ZJ", "杭州市", "310012", "浙A", "330106",
        ("文三路", "天目山路", "古墩路", "西溪路"), 37,
        ("user_hz01_sales", "user_hz01_manager", "user_hz01_advisor"),
    ),
    "SU01": Place(
        "JS", "苏州市", "215021", "苏E", "320506",
        ("星湖街", "现代大道", "金鸡湖大道", "苏州大道东"), 30,
        ("user_su01_sales", "user_su01_manager", "user_su01_advisor"),
    ),
    "GZ01": Place(
        "GD", "广州市", "510620", "粤A", "440106",
        ("天河路", "体育西路", "黄埔大道西", "中山大道"), 40,
        ("user_gz01_sales", "user_gz01_manager", "user_gz01_advisor"),
    ),
    "SZ01": Place(
        "GD", "深圳市", "518052", "粤B", "440305",
        ("深南大道", "科苑路", "南海大道", "后海大道"), 33,
        ("user_sz01_sales", "user_sz01_manager", "user_sz01_advisor"),
    ),
    "BJ01": Place(
        "BJ", "北京市", "100020", "京N", "110105",
        ("朝阳路", "建国路", "东三环中路", "望京街"), 36,
        ("user_bj01_sales", "user_bj01_manager", "user_bj01_advisor"),
    ),
    "TJ01": Place(
        "TJ", "天津市", "300457", "津C", "120116",
        ("第二大街", "黄海路", "洞庭路", "新港二号路"), 18,
        ("user_tj01_sales", "user_tj01_manager", "user_tj01_advisor"),
    ),
    "QD01": Place(
        "SD", "青岛市", "266061", "鲁B", "370212",
        ("香港东路", "海尔路", "深圳路", "仙霞岭路"), 14,
        ("user_qd01_sales", "user_qd01_manager", "user_qd01_advisor"),
    ),
}
# A workshop sells no cars: its customers bought theirs in the next town.
SELLER = {"QD01": "TJ01"}

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚"
)
GIVEN = {
    "male": (
        "伟 强 磊 军 勇 杰 涛 明 超 斌 建国 志强 文杰 俊峰 浩然 子轩 宇航 家豪 国栋 "
        "海波 立新 晓东 永康 泽宇 天佑 思远 嘉诚 振华 博文 "
        "启明 少华 鹏飞 志远 向阳 立军 德胜 承志 景行 绍文 光明"
    ).split(),
    "female": (
        "芳 娜 敏 静 丽 艳 娟 霞 玲 婷 秀英 桂兰 雪梅 晓燕 佳怡 梦瑶 思琪 雨桐 "
        "慧敏 海燕 淑珍 文静 若曦 诗涵 美玲 春花 紫萱 语嫣 "
        "欣怡 红梅 雅琴 冬梅 月华 玉兰 婉清 素云 明珠 书瑶 兰芝 心怡"
    ).split(),
}
WESTERN = (
    ("Thomas Becker", "male"), ("Julia Hartmann", "female"), ("Michael O'Connor", "male"),
    ("Sarah Whitfield", "female"), ("Pierre Lambert", "male"), ("Claire Fontaine", "female"),
    ("David Lindqvist", "male"), ("Emma Johansson", "female"), ("Marco Rinaldi", "male"),
    ("Laura Castellano", "female"), ("James Thornton", "male"), ("Olivia Barnes", "female"),
    ("Stefan Vogel", "male"), ("Katharina Brandt", "female"), ("Daniel Moreau", "male"),
    ("Anna Kowalska", "female"), ("Peter van Dijk", "male"), ("Rachel Goldman", "female"),
    ("Robert Sinclair", "male"), ("Nina Petersen", "female"), ("Andrew Mitchell", "male"),
    ("Isabelle Girard", "female"), ("Henrik Olsen", "male"), ("Grace Sullivan", "female"),
)

# (name, dealer, model, vehicles, usage, line of business, size)
FLEETS = (
    ("上海申捷出租汽车有限公司", "SH01", "passat", 20, "taxi", "Taxi service", "large"),
    ("上海锦程物流有限公司", "SH01", "crafter", 10, "goods", "Logistics", "medium"),
    ("杭州钱塘网约车服务有限公司", "HZ01", "id4", 12, "taxi", "Ride-hailing", "medium"),
    ("诺德机械（苏州）有限公司 Nordlicht Machinery", "SU01", "passat", 5, "company",
     "Machine tools", "medium"),
    ("广州羊城驾驶培训有限公司", "GZ01", "polo", 11, "other", "Driving school", "medium"),
    ("深圳前湾汽车租赁有限公司", "SZ01", "lavida", 11, "rental", "Car rental", "medium"),
    ("北京京安驾驶学校有限公司", "BJ01", "lavida", 12, "other", "Driving school", "large"),
    ("天津港通物流有限公司", "TJ01", "crafter", 8, "goods", "Logistics", "medium"),
    ("青岛海悦酒店管理有限公司", "QD01", "viloran", 4, "passengers", "Hotels", "large"),
)
# Small firms: a word, a trade with its Chinese name.
FIRM_WORDS = (
    "恒信 瑞丰 华美 天成 金桥 博远 明达 宏图 安泰 新锐 卓越 同创 鼎盛 永利 嘉禾 盛世"
).split()
FIRM_TRADES = (
    ("装饰工程", "Interior works"), ("餐饮管理", "Restaurants"), ("网络科技", "Software"),
    ("国际贸易", "Foreign trade"), ("医疗器械", "Medical devices"), ("教育咨询", "Education"),
    ("建筑材料", "Building materials"), ("广告传媒", "Advertising"),
)
WESTERN_FIRMS = (
    ("Baltic Trading (Shanghai) Co., Ltd.", "SH01"), ("Rhein Consulting China", "SH01"),
    ("Alpenglow Coffee Suzhou", "SU01"), ("Harbour Light Hotel Tianjin", "TJ01"),
    ("Southern Cross Wines Guangzhou", "GZ01"), ("Meridian Design Studio", "SZ01"),
)
SMALL_FIRMS = 30
# Customers whom people named: (name, dealer, facts, level of the management class, why).
NAMED = (
    ("苏州恒泰精密制造有限公司", "SU01",
     {"is_company": True, "line_of_business": "Precision parts", "company_size": "large",
      "legal_form": "Limited company", "usage": "company", "km_a_day": 60},
     "K", "总部采购部点名的重点客户，明年计划更换三十台公务车"),
    ("陈耀华", "GZ01", {"gender": "male", "employer": "远洋贸易", "function": "General Manager",
      "usage": "private", "km_a_day": 45},
     "H", "本地商会会长，多年来介绍多位朋友购车"),
    ("周建平", "BJ01", {"gender": "male", "employer": "自营", "function": "Driver",
      "usage": "taxi", "km_a_day": 300},
     "M", "一辆车安全行驶近百万公里，乐意在车主活动中分享用车经验"),
)  # fmt: skip

CONTACTS = (
    ("decides", "General Manager"), ("influences", "Fleet Manager"), ("pays", "Finance Director"),
    ("uses", "Head of Drivers"),
)
JOBS = (
    "Teacher", "Engineer", "Doctor", "Shop Owner", "Accountant", "Civil Servant", "Driver",
    "Sales Manager", "Designer", "Nurse", "Lawyer", "Programmer", "Retired", "Chef",
)
EMPLOYERS = (
    "市第一中学", "人民医院", "云帆科技", "远洋贸易", "建设集团", "城市设计院", "自营", "海关",
)
INTERESTS = (
    "Badminton", "Hiking", "Photography", "Fishing", "Cooking", "Cycling", "Travel by car",
    "Calligraphy", "Football", "Tea",
)
CHARACTERS = ("Careful, compares prices", "Friendly, likes to talk", "In a hurry", "Technical")
FAMILIES = (
    "Married, one daughter at primary school", "Married, two sons", "Single",
    "Married, lives with parents", "Married, child due this year",
)
EDUCATIONS = ("high", "vocational", "college", "bachelor", "bachelor", "master")
NATIVE_PLACES = (
    "江苏南通", "浙江宁波", "安徽合肥", "山东烟台", "广东梅州", "湖南长沙", "四川成都",
    "河南郑州",
)
COLORS = ("White", "Black", "Silver", "Grey", "Blue", "Red")
CHANNELS = (
    "outlet", "outlet", "outlet", "web_call_centre", "web_call_centre", "exhibition", "marketing",
    "service", "media", "survey", "banks", "other",
)
INSURERS = ("insurer_donghai", "insurer_shunan", "insurer_yuanhang")

NOTES = {
    "first_service": ("First service, please check tyre pressure",),
    "maintenance": ("Oil and filter", "Oil, filters and brake fluid", "Service by the book",
                    "Air conditioning smells, please check"),
    "warranty": ("Screen goes dark now and then", "Noise at the front axle", "Window lift stuck"),
    "body_paint": ("Scratch on the right door", "Bumper, rear", "Stone chip on the bonnet"),
    "repair": ("Brake pads worn", "Battery weak in the morning", "Air conditioning does not cool"),
    "accident": ("Rear-end collision, insurer informed", "Parking damage, left side"),
    "recall": ("Recall: seat belt fastener",),
}
CONCERNS = (
    "Price; wants a free set of winter tyres", "Waits for the new model year",
    "Range in winter", "Trade-in value of the old car", "Financing at 0 % interest",
    "Family wants a bigger boot", "Delivery before the holidays", "",
)
COMPETITORS = (
    "BYD Qin PLUS", "Toyota Corolla", "Tesla Model 3", "Honda CR-V", "Geely Xingyue L",
    "BMW 3 Series", "NIO ES6", "Haval H6", "",
)
LOST_REASONS = (
    "lost_competitor", "lost_competitor", "lost_price", "lost_waiting", "lost_postponed",
    "lost_trade_in", "lost_financing", "lost_no_need",
)  # fmt: skip
