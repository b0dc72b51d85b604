"""What members see and do on the club's pages (M10)."""

import re

from lxml import html

from odoo.tests import tagged

from .common_portal import FILES, MARKERS, ROUTES, PortalCase


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCase):
    def _pages(self):
        """Every page of member A, booking steps included."""
        mine = self._ids("member_a")
        for rule, (methods, key, _params) in ROUTES.items():
            if "GET" in methods and not rule.endswith(FILES):
                yield re.sub(r"<.*?>", str(mine.get(key)), rule), {}
        data = self._book_data()
        yield "/my/club/book", {name: data[name] for name in ("vehicle", "dealer", "type")}
        yield "/my/club/book", data

    # -- For everybody -------------------------------------------------------------------------

    def test_accessible(self):
        """What a screen reader and a keyboard need, on each page and in each language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        for login in ("member_a", "guest"):
            self._sign_in(login)
            for path, params in self._pages():
                if login == "guest" and (params or re.search(r"\d|leave", path)):
                    continue
                with self.subTest(path, login=login, params=params):
                    response = self.url_open(path, params=params)
                    self.assertEqual(response.status_code, 200)
                    self._check_accessible(html.fromstring(response.content))

    def _check_accessible(self, page):
        self.assertTrue(page.get("lang"), "The language is told")
        self.assertTrue(page.findtext(".//title").strip())
        self.assertEqual(len(page.xpath("//h1")), 1)
        levels = [int(node.tag[1]) for node in page.xpath("//main//*[re:test(name(), '^h[1-6]$')]",
                  namespaces={"re": "http://exslt.org/regular-expressions"})]  # fmt: skip
        self.assertEqual(levels[0], 1)
        for before, after in zip(levels, levels[1:], strict=False):
            self.assertLessEqual(after - before, 1, f"Headings jump: {levels}")
        ids = page.xpath("//@id")
        self.assertEqual(len(ids), len(set(ids)), "An id is there twice")
        for node in page.xpath("//main//*[self::input or self::select or self::textarea]"):
            if node.get("type") != "hidden":
                label = page.xpath(f"//label[@for='{node.get('id')}']")
                self.assertTrue(label and label[0].text_content().strip(), node.get("name"))
        self.assertFalse(page.xpath("//main//img[not(@alt)]"))
        self.assertFalse(page.xpath("//main//*[name()='svg'][not(@aria-label)]"))
        for node in page.xpath("//main//a | //main//button"):
            self.assertTrue(node.text_content().strip() or node.get("aria-label"))
        for name in page.xpath("//main//@aria-labelledby | //main//@aria-describedby"):
            self.assertIn(name, ids)

    def test_home_asks_nothing_more(self):
        """The portal's home with our tiles against the bare one: no query more."""
        self._sign_in("member_a")
        views = self.env.ref("crm_dealer_club.portal_my_home_club")
        views |= self.env.ref("crm_dealer_club.portal_breadcrumbs_club")
        counts = []
        for active in (False, True):
            views.active = active
            counts.append(self._queries("/my"))
        self.assertIn("/my/club", self._get("/my").text)
        self.assertLessEqual(counts[1], counts[0])

    def _queries(self, path):
        for _warm_up in range(2):
            self._get(path)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self._get(path)
        return self.env.cr.sql_log_count - before

    def test_constant_number_of_queries(self):
        self._sign_in("member_a")
        paths = ("/my/club", "/my/club/vehicles", "/my/club/visits", "/my/club/book",
                 "/my/club/points", "/my/club/benefits", "/my/club/referral")  # fmt: skip
        few = [self._queries(path) for path in paths]
        for number in range(8):
            car = self._vehicle(self.customers["member_a"], plate=f"京D{number:05}")
            self._visit(car, date="2026-02-02 09:00:00")
        self._more_club_life("member_a")
        many = [self._queries(path) for path in paths]
        for path, before, after in zip(paths, few, many, strict=True):
            self.assertLessEqual(after, before + 1, path)

    def _more_club_life(self, login):
        member = self.customers[login].club_membership_id
        for number in range(8):
            member._post_points("bonus", 10)
            self.merchants[login].copy({"tier_ids": False, "name": f"More {number}"}).sudo().write(
                {"state": "released"}
            )
            phone = f"1360000000{number}"
            self.env["crm.club.referral"]._refer(member, f"More {number}", phone, consent=True)

    # -- The card ------------------------------------------------------------------------------

    def test_card(self):
        self._sign_in("member_a")
        member = self.customers["member_a"].club_membership_id
        text = self._get("/my/club").text
        for words in (
            member._grouped_number(),
            member.tier_id.name,
            "Test Dealer A",
            "Marker Anna",
        ):
            self.assertIn(words, text)
        self.assertNotIn(MARKERS["member_b"][0], text)

    def test_colours_only_on_the_card(self):
        """What a manager types as a colour becomes no style sheet."""
        tier = self.customers["member_a"].club_membership_id.sudo().tier_id
        self.env.cr.execute(
            "UPDATE crm_club_tier SET card_color = 'red; background: url(//evil)',"
            "       card_text_color = NULL WHERE id = %s",
            [tier.id],
        )
        tier.invalidate_recordset()
        for style in (tier._card_style(), str(tier._card_html("Anna", "1"))):
            self.assertNotIn("evil", style)
            for colour in tier._card_colours():
                self.assertIn(colour, style)
        self.assertNotEqual(tier._card_colours()[2], tier._card_colours()[0], "can be read")

    def test_driver_sees_the_companys_card(self):
        self._sign_in("driver")
        self.assertIn("Test Fleet Ltd", self._get("/my/club").text)
        self.assertIn("京C10001", self._get("/my/club/vehicles").text)
        self._post(f"/my/club/vehicles/{self.van.id}/mileage", km="1200")
        with self._quiet():
            self._post("/my/club/leave", 403, reason="Bye", sure="1")
            self._post("/my/club/join", 403, agree="1")
        self.assertEqual(self.company.club_membership_id.state, "active")
