from odoo.tests import tagged

from .common_portal import PortalCase


@tagged("post_install", "-at_install")
class TestCareStop(PortalCase):
    """Unsubscribing by the link in a message, without signing in (P4)."""

    def setUp(self):
        super().setUp()
        self.path = f"/club/stop/{self._ids('member_a')['stop']}"
        self.customer = self.customers["member_a"]
        self._sign_in(None)

    def _decisions(self):
        self.env.invalidate_all()
        return self.env["crm.club.consent"].search([("partner_id", "=", self.customer.id)])

    def test_looking_changes_nothing(self):
        before = self._decisions()
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(self.customer.name, page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self._decisions(), before)

    def test_one_click(self):
        """As mail programs do it (RFC 8058): no session, no form."""
        before = self._decisions()
        for _twice in range(2):
            answer = self.url_open(self.path, data={"List-Unsubscribe": "One-Click"})
            self.assertEqual(answer.status_code, 200)
        decision = self._decisions() - before
        self.assertEqual(
            (decision.given, decision.channel, decision.source), (False, "email", "link")
        )

    def test_forged(self):
        for path in (self.path[:-1], "/club/stop/1", f"/club/stop/{'9' * 300}"):
            self.assertEqual(self.url_open(path).status_code, 404)
            self.assertEqual(self.url_open(path, data={"x": "1"}).status_code, 404)
