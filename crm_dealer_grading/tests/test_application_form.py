from datetime import date

from odoo.tests import Form, HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from .common import MODULE
from .common_application import ApplicationFactories

FORM = {
    "partner_name": "Test Trading A", "established_on": date(2009, 3, 1),
    "registered_on": date(2009, 4, 2), "registration_number": "610100100012345",
    "registration_authority": "Xi'an AIC", "organisation_code": "68385123-4",
    "legal_person": "Zhang San", "registered_capital": 5000000, "company_form": "Limited company",
    "business_scope": "Cars and parts", "operating_term": "2009-2039", "city": "Xi'an",
    "office_address": "1 Ring Road", "office_phone": "029 555", "fax": "029 556",
    "website": "https://a.example.com", "contact_name": "Wang Wu", "contact_function": "Buyer",
    "contact_mobile": "13900000001", "contact_email": "wang@example.com",
    "main_business": "Spare parts", "annual_turnover": 1200.5, "note": "Pays on time",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestCreditApplicationForm(ApplicationFactories, TransactionCase):
    """Every field of the source's form, from the customer and back (K2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_applications()

    def _contacts(self):
        """Two contacts of the company, the first one responsible; return who decides."""
        first, boss = self.env["res.partner"].create(
            [
                {"name": "First", "parent_id": self.company_a.id},
                {
                    "name": "Boss",
                    "parent_id": self.company_a.id,
                    "function": "Owner",
                    "phone": "13900000002",
                    "email": "boss@example.com",
                    "decision_role": "decides",
                },
            ]
        )
        self.company_a.responsible_id = first
        return boss

    def test_prefilled_from_the_customer(self):
        self.company_a.write(
            {
                "founding_date": "2010-01-02",
                "company_registry": "REG-1",
                "legal_form": "Ltd",
                "line_of_business": "Cars",
                "registered_capital": 4000000,
                "registration_authority": "Xi'an AMR",
                "business_scope": "Cars",
                "website": "https://a.example.com",
                "street": "1 Ring Road",
            }
        )
        boss = self._contacts()
        form = Form(self._as("sales_a")["crm.credit.application"])
        form.partner_id = self.company_a
        self.assertEqual(form.registration_number, "REG-1")
        self.assertEqual(form.contact_name, "Boss")
        form.fax = "1"
        draft = form.save()
        self.assertEqual(draft.legal_person, "First")
        self.assertEqual(draft.established_on, date(2010, 1, 2))
        self.assertEqual(draft.office_address, "1 Ring Road")
        self.assertEqual((draft.contact_function, draft.contact_mobile), ("Owner", "13900000002"))
        self.assertEqual((draft.main_business, draft.fax), ("Cars", "1"))
        self.assertEqual(draft.registered_capital, 4000000)
        self.assertEqual(draft.registration_authority, "Xi'an AMR")
        self.assertEqual(draft.business_scope, "Cars")
        self.assertTrue(draft.name.startswith("CA/"))
        # Of a contact, it is the company's.
        form = Form(self._as("sales_a")["crm.credit.application"])
        form.partner_id = boss
        self.assertEqual(form.save().partner_id, self.company_a)

    def test_channel_class_from_its_grade(self):
        level = self.env.ref(f"{MODULE}.level_channel_distributor")
        self.env["crm.grading.result"].sudo().create(
            {
                "scheme_id": level.scheme_id.id,
                "partner_id": self.company_a.id,
                "level_id": level.id,
                "since": "2026-01-01",
            }
        )
        draft = self._as("sales_a")["crm.credit.application"].create(
            {"partner_id": self.company_a.id}
        )
        self.assertEqual(draft.channel_class_id, level)

    def test_written_back(self):
        application = self._filed(**FORM)
        partner = self.company_a
        self.assertEqual(partner.founding_date, FORM["established_on"])
        self.assertEqual(partner.company_registry, FORM["registration_number"])
        self.assertEqual(partner.legal_form, FORM["company_form"])
        self.assertEqual(partner.line_of_business, FORM["main_business"])
        self.assertEqual(partner.phone, FORM["office_phone"])
        for name in ("registered_capital", "registration_authority", "business_scope"):
            self.assertEqual(partner[name], FORM[name], name)
        self.assertEqual(partner.responsible_id.name, FORM["legal_person"])
        contact = partner.child_ids.filtered(lambda c: c.name == FORM["contact_name"])
        self.assertEqual((contact.function, contact.email), ("Buyer", "wang@example.com"))
        # What the file has no place for is there in the next application.
        again = self._application()
        for name in ("registered_on", "registered_capital", "fax", "business_scope"):
            self.assertEqual(again[name], application[name], name)

    def test_empty_boxes_overwrite_nothing(self):
        self.company_a.write({"company_registry": "REG-1", "phone": "029 1234"})
        self._filed(registration_number=False, office_phone=False)
        self.assertEqual(self.company_a.company_registry, "REG-1")
        self.assertEqual(self.company_a.phone, "029 1234")

    def test_only_filing_writes_back(self):
        self._at("finance", **FORM)
        self.assertFalse(self.company_a.company_registry)

    def test_from_the_customer(self):
        """The list's action: a draft each, and none where one is under way (P2)."""
        other = self._customer(self.dealer_a, name="Other", is_company=True)
        contact = self._customer(self.dealer_a, name="C", parent_id=other.id)
        self._application(papers=False)
        partners = self._as("sales_a", self.company_a | other | contact)
        action = partners.action_apply_for_credit()
        found = self.env["crm.credit.application"].search(action["domain"])
        self.assertEqual(found.partner_id, self.company_a | other)
        self.assertEqual(len(found), 2)
        action = self._as("sales_a", contact).action_apply_for_credit()
        self.assertEqual(action["res_id"], found.filtered(lambda a: a.partner_id == other).id)
        self.assertEqual(self._as("sales_a", contact).credit_application_count, 1)

    def test_counts_cost_one_query(self):
        partners = self._as("sales_a")["res.partner"].search(
            [("dealer_id", "=", self.dealer_a.id)]
        )
        partners.mapped("commercial_partner_id")
        partners.mapped("credit_application_count")  # rights are asked for once
        for some in (partners[:1], partners):
            some.invalidate_recordset(["credit_application_count"])
            with self.assertQueryCount(1):
                some.mapped("credit_application_count")

    def test_merge(self):
        """Applications follow the customer, frozen as they are."""
        application, draft = self._filed(), self._application()
        survivor = self._customer(self.dealer_a, name="Survivor", is_company=True)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.company_a | survivor).ids, survivor)
        self.env.invalidate_all()
        self.assertEqual((application | draft).partner_id, survivor)
        self.assertEqual((application.state, application.partner_name), ("filed", "Test Trading A"))


@tagged("post_install", "-at_install")
class TestCreditApplicationPrint(ApplicationFactories, HttpCase):
    """The printed form: who gets it, and what stands on it (K2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_applications()

    def _page(self, login, application, kind="html"):
        user = self.users[login].login if login in self.users else login
        self.authenticate(user, user)
        return self.url_open(
            f"/report/{kind}/{MODULE}.credit_application/{application.id}", timeout=60
        )

    def test_who_prints(self):
        application = self._filed(**FORM)
        self.env.flush_all()
        for login in ("sales_b", "greedy_b", "homeless", "agent", "clerk", "portal"):
            with self.subTest(login), mute_logger("odoo.http"):
                page = self._page(login, application)
                self.assertNotIn("610100100012345", page.text)
                self.assertNotIn("Zhang San", page.text)
                self.assertNotEqual(page.status_code, 200)
        self.authenticate(None, None)
        with mute_logger("odoo.http"):
            page = self.url_open(f"/report/html/{MODULE}.credit_application/{application.id}")
        self.assertNotIn("Zhang San", page.text)
        for login in ("sales_a", "manager_a", "credit", "finance", "auditor", "oem"):
            with self.subTest(login):
                page = self._page(login, application)
                self.assertEqual(page.status_code, 200)
                self.assertIn("610100100012345", page.text)

    def test_what_stands_on_it(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        city = self.env.ref(f"{MODULE}.credit_choice_city_2")
        city.with_context(lang="zh_CN").name = "二级城市"
        application = self._filed(**FORM, city_tier_id=city.id)
        self.env.flush_all()
        text = self._page("sales_a", application).text
        for label in (
            "客户名称 Customer", "客户编号", "成立日期", "注册日期", "注册号", "注册机关",
            "机构代码", "法人代表", "注册资本", "公司类型", "经营范围", "经营期限",
            "经营所在城市", "办公地址", "办公电话", "传真", "网址", "主要联系人", "职务",
            "手机", "E-mail", "公司主营业务", "年营业额", "渠道分类", "客户级别", "信用额度",
            "备注说明", "业务经办人", "部门经理", "商务部", "财务部",
        ):  # fmt: skip
            self.assertIn(label, text)
        for value in ("Zhang San", "Spare parts", "Pays on time", "Test manager_a", "Confirmed"):
            self.assertIn(value, text)
        boxes = " ".join(text.split())
        self.assertRegex(boxes, "☑ (<[^>]*>)*二级城市 Tier-2 city")
        self.assertRegex(boxes, "□ (<[^>]*>)*[^<]*Tier-1 city")

    def test_draft_is_not_signed(self):
        """Signatures of a round that was refused or recalled do not stand on other figures."""
        application = self._at("commerce")
        self._as("credit", application).action_refuse("Too much")
        application.requested_limit = 900000
        self.assertEqual([line[2] for line in application._print_signatures()], [""] * 4)
        application.action_submit()
        self.assertEqual(application._print_signatures()[0][2], "Test sales_a")
        self.assertEqual([line[2] for line in application._print_signatures()[1:]], [""] * 3)
        self._as("manager_a", application).action_approve("x")
        self.assertEqual(application._print_signatures()[1][2:5:2], ("Test manager_a", "x"))

    def test_attachments_and_chatter(self):
        """Copies, and files of the conversation, are for those who may read the application."""
        application = self._filed()
        chat = self.env["ir.attachment"].create(
            {"name": "note.txt", "raw": b"secret", "res_model": application._name,
             "res_id": application.id}
        )  # fmt: skip
        paper = application.paper_ids[0]
        self.env.flush_all()
        urls = (
            f"/web/content/crm.credit.paper/{paper.id}/document",
            f"/web/content/{chat.id}",
        )
        for login in ("sales_b", "greedy_b", "agent", "clerk", "portal"):
            user = self.users[login].login
            self.authenticate(user, user)
            for url in urls:
                with self.subTest(login, url=url), mute_logger("odoo.http"):
                    answer = self.url_open(url)
                    self.assertNotIn(b"secret", answer.content)
                    self.assertNotIn(b"a stamped copy", answer.content)
        self.authenticate("sales_a", "sales_a")
        self.assertEqual(self.url_open(urls[0]).content, b"a stamped copy")
        self.assertEqual(self.url_open(urls[1]).content, b"secret")
