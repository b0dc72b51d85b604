"""Ways round the rules on complaints: ratings, dialogs, other people's rows (M7)."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_complaint import ComplaintCase
from .common_ticket import OWN

SECRET = "Squeak-9941"
_OURS = ("sales_b", "manager_b", "agent", "auditor", "oem")
_OTHERS = ("sales_a", "manager_a", "clerk", "credit", "homeless")
# Dialogs that are nobody else's.
_DIALOGS = (
    "crm.care.alert", "crm.care.preview", "crm.care.preview.line", "crm.ticket.open",
    "crm.complaint.step", "crm.winback.call", "crm.club.step", "crm.club.find",
    "crm.club.point.adjust", "crm.campaign.preview", "crm.campaign.preview.line",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestTicketAttack(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket_b.name = SECRET
        cls.done = cls._rating(cls.ticket_b, rating=1, consumed=True, feedback="They lied")
        cls.asked = cls._rating(cls.ticket_b)
        cls.others = cls._rating(cls.other, rating=3, consumed=True)
        cls.ratings = cls.done | cls.asked | cls.others

    @classmethod
    def _rating(cls, ticket, **vals):
        return cls.env["rating.rating"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": ticket.id,
                "partner_id": ticket.partner_id.id,
                **vals,
            }
        )

    def _users(self, logins):
        return [self.users[login] for login in logins if login in self.users]

    # -- Ratings -----------------------------------------------------------------------------

    def test_ratings_are_not_everybodys(self):
        for user in (*self._users(_OTHERS), self.helper, self.chief):
            seen = self.ratings.with_user(user).search([("id", "in", self.ratings.ids)])
            self.assertEqual(seen, self.others, user.login)
            for rating in self.done, self.asked:
                with self.assertRaises(AccessError, msg=user.login):
                    rating.with_user(user).read(["feedback", "res_name", "access_token"])
            groups = self.ratings.with_user(user).formatted_read_group(
                [("id", "in", self.ratings.ids)], ["res_name"], ["__count"]
            )
            self.assertNotIn(SECRET, str(groups))
            self.assertNotIn(
                SECRET, str(self.ratings.with_user(user).name_search(SECRET, limit=None))
            )

    def test_ratings_of_ours_are_seen_once_given(self):
        for user in self._users(_OURS):
            seen = self.ratings.with_user(user).search([("id", "in", self.ratings.ids)])
            self.assertEqual(seen, self.done | self.others, user.login)
            self.assertEqual(self.done.with_user(user).read(["rating"])[0]["rating"], 1)
            with self.assertRaises(AccessError):
                # Its token would let staff answer in place of the customer.
                self.asked.with_user(user).read(["access_token"])

    def test_nobody_writes_the_customers_rating(self):
        for user in (*self._users(_OURS + _OTHERS), self.chief):
            for rating in self.done, self.asked:
                with self.assertRaises(AccessError, msg=user.login):
                    rating.with_user(user).write({"rating": 5})
            with self.assertRaises(AccessError):
                self._rating_as(user, self.ticket_b)
            with self.assertRaises(AccessError):
                self._rating_as(user, self.ticket_b, crm_kind=False)
            with self.assertRaises(AccessError):
                # One of others' does not become one of ours.
                self.others.with_user(user).copy({"res_id": self.ticket_b.id})

    def _rating_as(self, user, ticket, **vals):
        return self.env["rating.rating"].with_user(user).create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": ticket.id,
                "rating": 5,
                "consumed": True,
                **vals,
            }
        )

    def test_others_ratings_are_the_erps(self):
        clerk = new_test_user(self.env, "rated", "base.group_user")
        rating = self.others.with_user(clerk)
        rating.write({"feedback": "Noted"})
        self.assertTrue(self._rating_as(clerk, self.other))
        domain = [("id", "in", self.ratings.ids)]
        rating.search_read(domain, ["res_name"])
        rating.invalidate_model()
        with self.assertQueryCount(1):
            rating.search_fetch(domain, ["res_name", "rating"])

    # -- Dialogs -----------------------------------------------------------------------------

    def test_dialogs_are_nobody_elses(self):
        for name in _DIALOGS:
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
            self.assertIn("create_uid", str(rules.mapped("domain_force")), name)
        typed = self._as("sales_b")["crm.ticket.open"].create(
            {"partner_name": SECRET, "partner_id": self.customer_b.id}
        )
        shown = self._as("sales_b")["crm.care.preview"].create({})
        self.env["crm.care.preview.line"].with_user(self.users["sales_b"]).sudo().create(
            {"preview_id": shown.id, "partner_id": self.customer_b.id}
        )
        for login in ("sales_a", "manager_a", "agent", "oem"):
            with self.assertRaises(AccessError):
                self._as(login)["crm.ticket.open"].browse(typed.id).read(["partner_name"])
            lines = self._as(login)["crm.care.preview.line"].search([])
            self.assertFalse(lines.filtered(lambda line: line.preview_id.id == shown.id))
            with self.assertRaises(AccessError):
                self._as(login)["crm.care.preview"].browse(shown.id).action_show()

    def test_dialogs_tell_no_name(self):
        env = self.env(user=self.users["sales_a"])
        with self.assertRaises(AccessError):
            env["crm.complaint.step"].create({"ticket_id": self.ticket_b.id, "kind": "answered"})
        own = env["crm.complaint.step"].create(
            {"ticket_id": self.ticket_a.id, "kind": "answered"}
        )
        with self.assertRaises(AccessError):
            own.write({"ticket_id": self.ticket_b.id})
        for vals in ({"partner_id": self.customer_b.id}, {"vehicle_id": self.vehicle_b.id}):
            with self.assertRaises(AccessError):
                env["crm.ticket.open"].create(vals)
        rule = self.env["crm.care.rule"].create({"name": SECRET, "dealer_id": self.dealer_b.id})
        with self.assertRaises(AccessError):
            self._as("manager_a")["crm.care.alert"].create({"rule_id": rule.id})
        preview = env["crm.care.preview"].create({})
        with self.assertRaises(AccessError):
            env["crm.care.preview.line"].create(
                {"preview_id": preview.id, "partner_id": self.customer_b.id}
            )
        with self.assertRaises(AccessError):
            preview.write({"line_ids": [(0, 0, {"partner_id": self.customer_b.id})]})

    # -- Fields of a ticket --------------------------------------------------------------------

    def test_what_follows_is_not_typed(self):
        ticket = self.ticket_a.with_user(self.users["sales_a"])
        other = self._customer(self.dealer_a, name="Neighbour")
        kept = {
            name: ticket.sudo()[name]
            for name in ("number", "commercial_partner_id", "rating_status", "unattended")
        }
        ticket.write(
            {
                "number": "HT0", "commercial_partner_id": other.id, "rating_status": "no_rate",
                "unattended": not kept["unattended"], "rating_ids": [(5, 0, 0)],
            }
        )  # fmt: skip
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual({name: ticket.sudo()[name] for name in kept}, kept)

    def test_a_foreign_ticket_as_duplicate(self):
        ticket = self.ticket_a.with_user(self.users["sales_a"])
        with self.assertRaises(AccessError):
            ticket.write({"duplicate_id": self.ticket_b.id})
        with self.assertRaises(AccessError):
            ticket.create(
                {"name": "x", "crm_kind": "complaint", "duplicate_id": self.ticket_b.id}
            )

    def test_auditors_write_nothing_to_nobody(self):
        """OCA lets who reads a ticket post on it; others' tickets stay as they are."""
        ticket = self.ticket_a.with_user(self.users["auditor"])
        for act in (
            lambda: ticket.message_post(body="x"),
            lambda: ticket.message_post(
                body="x", partner_ids=self.customer_a.ids, subtype_xmlid="mail.mt_comment"
            ),
            lambda: ticket.activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.users["sales_a"].id
            ),
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertFalse(self.ticket_a.date_answered)
        reader = new_test_user(self.env, "reader", f"base.group_user,{OWN}")
        self.other.user_id = reader
        self.assertTrue(self.other.with_user(reader).message_post(body="x"))
        self.assertTrue(self.ticket_a.with_user(self.users["sales_a"]).message_post(body="x"))

    def test_reminders_of_nobodys_customer(self):
        """They keep no dealer when the customer is given to one."""
        reminder = self.env["crm.care.reminder"].create(
            {
                "rule_id": self.env["crm.care.rule"].create({"name": "All"}).id,
                "partner_id": self.customer_b.id,
                "due_date": "2026-03-01",
                "date": "2026-03-01",
            }
        )
        for login in ("sales_a", "manager_a"):
            self.assertFalse(
                self._as(login)["crm.care.reminder"].search([("id", "=", reminder.id)])
            )
        self.assertTrue(reminder.with_user(self.users["oem"]).read(["partner_id"]))
