import base64
from datetime import timedelta

from odoo import fields

from .load_base import Loader

_COPY = base64.b64encode("演示数据：此处为加盖公章的复印件。".encode())
# What the papers are called by a dealer; (paper, days until it ends, remark)
_PAPERS = (
    ("licence", 200, "统一社会信用代码与原件核对一致"),
    ("organisation", None, "一般纳税人认定书"),
    ("bank", None, "基本户"),
    ("tax", None, None),
)
_FORM = {
    "registration_authority": "上海市浦东新区市场监督管理局",
    "company_form": "有限责任公司",
    "business_scope": "汽车及配件销售；道路货物运输；汽车租赁。",
    "operating_term": "2012-05-18 至 2042-05-17",
    "main_business": "车队运营与配件批发",
    "contact_function": "采购经理",
    "contact_mobile": "13800000021",
    "established_on": "2012-05-18",
    "registered_on": "2012-05-20",
}
# (registration number, legal person, main contact, level, yuan asked, papers, how far, remark)
_ASKED = (
    ("310115001234567", "王建军", "刘芳", "agent", 800000, 4, "filed", "连续三年按期付款。"),
    ("310115002345678", "陈国栋", "张敏", "distributor1", 300000, 4, "commerce", "拟扩大采购。"),
    ("310115003456789", "黄志强", "李娜", "distributor", 500000, 4, "refused", "申请月结。"),
    ("310115004567890", "赵海燕", "周磊", "agent", 400000, 2, "draft", "资料待补。"),
)


class ApplicationLoader(Loader):
    """Applications for credit at each step, of the firms that were assessed (K2)."""

    def load(self):
        """Filed, waiting for commerce, refused, and a draft whose papers are incomplete."""
        # To-dos are part of the story here.
        self.env = self.env(context={**self.env.context, "mail_activity_automation_skip": False})
        own = ("dealer_id", "=", self.dealer("SH01"))
        firms = self.env["crm.credit.assessment"].search([own], order="id").partner_id
        firms |= self.env["res.partner"].search(
            [own, ("is_company", "=", True), ("id", "not in", firms.ids)],
            order="id",
            limit=len(_ASKED),
        )
        for firm, asked in zip(firms, _ASKED, strict=False):
            *form, papers, step, note = asked
            application = self._draft(firm, *form, papers, note)
            if step != "draft":
                self._walk(application, step)

    def _draft(self, firm, number, person, contact, level, yuan, papers, note):
        application = (
            self.env["crm.credit.application"]
            .with_user(self.ref("user_sales"))
            .create(
                {
                    **_FORM,
                    "partner_id": firm.id,
                    "registration_number": number,
                    "organisation_code": number[-9:],
                    "legal_person": person,
                    "registered_capital": self.money(yuan * 10),
                    "contact_name": contact,
                    "annual_turnover": self.money(yuan // 1000),
                    "city": "上海",
                    "city_tier_id": self.ref("credit_choice_city_1"),
                    "channel_kind_id": self.ref("credit_choice_online"),
                    "channel_class_id": self.ref(f"level_channel_{level}"),
                    "requested_limit": self.money(yuan),
                    "note": note,
                }
            )
        )
        today = fields.Date.context_today(application)
        for paper, days, remark in _PAPERS[:papers]:
            application.env["crm.credit.paper"].create(
                {
                    "application_id": application.id,
                    "type_id": self.ref(f"credit_paper_{paper}"),
                    "document": _COPY,
                    "document_name": f"{paper}.txt",
                    "stamped": True,
                    "valid_until": days and today + timedelta(days),
                    "remark": remark,
                }
            )
        return application

    def _walk(self, application, step):
        """Through the approvals as far as ``step``, each by who does it."""
        application.action_submit()
        application.with_user(self.ref("user_manager")).action_approve("客户情况属实，同意。")
        controller = application.with_user(self.ref("user_credit"))
        if step == "refused":
            controller.action_refuse("去年两笔货款逾期，请先结清再申请；额度请降至二十万元以内。")
        elif step == "filed":
            controller.action_approve("已评估，同意。")
            application.with_user(self.ref("user_finance")).action_approve("同意，按季复核。")
