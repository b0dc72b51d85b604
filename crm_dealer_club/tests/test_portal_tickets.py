"""Rescues and complaints on the members' pages (M7, M8, M10)."""

import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_portal_photos import TicketPages, picture


@tagged("post_install", "-at_install")
class TestPortalTickets(TicketPages):
    def _call(self, **changed):
        data = {
            "fault": self._ids("member_a")["fault"], "place": "A road", "vehicle": "",
            "phone": "13911110000",
        }  # fmt: skip
        return {**data, **changed}

    def _last(self, kind):
        tickets = self.env["helpdesk.ticket"]
        return tickets._member_tickets(self.customers["member_a"], kind, limit=1)

    # -- Rescue -----------------------------------------------------------------------------------

    def test_call_for_help(self):
        self.rescue.action_rescue_not_needed()
        self.env.company.rescue_hotline = "+86 400 800 8000"
        page = self._get("/my/club/rescues/new")
        self.assertIn('href="tel:+864008008000"', page.text)
        car = self.cars["member_a"]
        data = self._call(
            vehicle=car.id, latitude="31.230400", longitude="121.473700", people="3", danger="1",
            text="Left front", place="",
        )  # fmt: skip
        answer = self._send("/my/club/rescues/new", [("x.jpg", picture())], **data)
        ticket = self._last("rescue")
        self.assertTrue(answer.headers["Location"].endswith(f"/rescues/{ticket.id}?called=1"))
        self.assertEqual(ticket.vehicle_id, car)
        self.assertEqual(ticket.partner_id, self.customers["member_a"])
        self.assertEqual(ticket.dealer_id, self.dealer_a)
        self.assertEqual(ticket.crm_step, "answer")
        self.assertFalse(ticket.date_answered or ticket.user_id)
        self.assertAlmostEqual(ticket.rescue_latitude, 31.2304)
        self.assertEqual((ticket.rescue_people, ticket.rescue_danger), (3, True))
        self.assertEqual(ticket.partner_phone, "13911110000")
        [message] = ticket._member_thread()
        self.assertEqual((message["text"], len(message["files"])), ("Left front", 1))
        # Pressed twice: the same rescue.
        self._send("/my/club/rescues/new", **data)
        self.assertEqual(self._last("rescue"), ticket)

    def test_place_is_asked_for(self):
        page = self._send("/my/club/rescues/new", status=422, **self._call(place=" "))
        self.assertIn("Tell us where you are", page.text)
        with self._quiet():
            for name, value in (
                ("latitude", "91"), ("latitude", "nan"), ("latitude", "inf"), ("latitude", "1"),
                ("longitude", "1"), ("people", "1000"), ("fault", "0"), ("fault", "2147483647"),
            ):  # fmt: skip
                self._send("/my/club/rescues/new", status=400, **self._call(**{name: value}))

    def test_no_card_is_needed(self):
        self._sign_in("guest")
        self.assertIn("/my/club/rescues", self._get("/my/club").text)
        self._send("/my/club/rescues/new", **self._call(plate="沪A12345"))
        tickets = self.env["helpdesk.ticket"]
        ticket = tickets._member_tickets(self.customers["guest"], "rescue", limit=1)
        self.assertEqual((ticket.rescue_plate, ticket.dealer_id.id), ("沪A12345", False))

    def test_foreign_plate_tells_nothing(self):
        """Typing another member's plate finds nobody's vehicle."""
        self._sign_in("guest")
        plate = self.cars["member_b"].plate
        page = self._send("/my/club/rescues/new", **self._call(plate=plate))
        ticket = self.env["helpdesk.ticket"]._member_tickets(self.customers["guest"], "rescue")
        self.assertEqual(ticket.partner_id, self.customers["guest"])
        self.assertFalse(ticket.vehicle_id)
        text = self._get(page.headers["Location"]).text
        self.assertNotIn(self.cars["member_b"].vin, text)

    def test_status_in_the_members_time(self):
        path = f"/my/club/rescues/{self.rescue.id}"
        self.assertIn("We have your call", self._get(path).text)
        self.rescue.rescue_expected_at = fields.Datetime.to_datetime("2031-03-01 04:30:00")
        self.rescue._crm_step("dispatched")
        page = self._get(path).text
        self.assertIn("Test Dealer A", page)
        self.assertIn("12:30", page.replace("\u202f", " "))
        self.rescue._crm_step("on_site")
        self.rescue.rescue_result = "repaired"
        self.rescue._crm_step("done")
        self.assertIn("How did we do?", self._get(path).text)

    # -- Messages ---------------------------------------------------------------------------------

    def test_notes_are_never_shown(self):
        ticket, customer = self.complaint, self.customers["member_a"]
        agent = self.users["agent"]
        staff = ticket.with_user(agent)
        staff.message_post(body="INTERNAL one", subtype_xmlid="mail.mt_note")
        staff.message_post(
            body="INTERNAL two", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        ticket.message_post(body="INTERNAL three", message_type="notification")
        ticket.activity_schedule("mail.mail_activity_data_todo", summary="INTERNAL four",
                                 user_id=agent.id).action_feedback("INTERNAL five")  # fmt: skip
        staff.message_post(
            body="For the customer", message_type="comment", subtype_xmlid="mail.mt_comment",
            partner_ids=customer.ids,
        )  # fmt: skip
        text = self._get(f"/my/club/complaints/{ticket.id}").text
        self.assertIn("For the customer", text)
        self.assertNotIn("INTERNAL", text)
        data = json.loads(self._post("/my/club/profile/download", 200, form="json").content)
        self.assertIn("For the customer", json.dumps(data))
        self.assertNotIn("INTERNAL", json.dumps(data))

    def test_reply(self):
        path = f"/my/club/complaints/{self.complaint.id}"
        self._send(f"{path}/reply", text="It squeaks <b>still</b>\nat night")
        message = self.complaint._member_messages()[-1]
        self.assertEqual(message.author_id, self.customers["member_a"])
        self.assertIn("&lt;b&gt;still", self._get(path).text)
        self.assertFalse(self.complaint.date_answered)
        page = self._send(f"{path}/reply", status=422, text="  ")
        self.assertIn("Write something", page.text)
        self.complaint.user_id = self.users["agent"]
        for _twice in range(2):
            self._send(f"{path}/reply", text="Hello?")
        mine = self.complaint.activity_ids.filtered(lambda a: a.user_id == self.users["agent"])
        self.assertEqual(len(mine), 1)

    # -- Complaint --------------------------------------------------------------------------------

    def test_complain(self):
        mine = self._ids("member_a")
        data = {"cause": mine["cause"], "vehicle": mine["vehicle"], "visit": mine["visit"]}
        self._send("/my/club/complaints/new", text="Late again.\nTwo hours.", **data)
        ticket = self._last("complaint")
        self.assertEqual(ticket.name, "Late again.")
        self.assertEqual(ticket.visit_id, self.visits["member_a"])
        self.assertEqual(ticket.vehicle_id, self.cars["member_a"])
        self.assertEqual(ticket.dealer_id, self.dealer_a)
        self.assertEqual(ticket.crm_step, "receive")
        self.assertIn("Late again.", self._get("/my/club/complaints").text)
        # Pressed twice: the same complaint, told once.
        self._send("/my/club/complaints/new", text="Late again.\nTwo hours.", **data)
        self.assertEqual(self._last("complaint"), ticket)
        self.assertEqual(len(ticket._member_thread()), 1)
        self._send("/my/club/complaints/new", text="And it is dirty", **data)
        self.assertNotEqual(self._last("complaint"), ticket)
        self._send("/my/club/complaints/new", status=422, **{**data, "text": "x"})
        other = self._ids("member_b")
        with self._quiet():
            for name in ("vehicle", "visit"):
                self._send("/my/club/complaints/new", status=404, text="Theirs",
                           **{**data, name: other[name]})  # fmt: skip

    def test_reopen_within_the_days(self):
        path = f"/my/club/complaints/{self.complaint.id}"
        with self._quiet():
            self._post(f"{path}/reopen", 422, text="Not solved")
        stage = self.env["helpdesk.ticket.stage"]._of_step(
            "complaint", "closed", self.complaint.team_id
        )
        self.complaint._store({"stage_id": stage.id, "closed_date": fields.Datetime.now()})
        self.assertIn("Not solved?", self._get(path).text)
        self.complaint._store({"closed_date": fields.Datetime.now() - timedelta(days=15)})
        self.assertNotIn("Not solved?", self._get(path).text)
        self.assertIn("too late", self._post(f"{path}/reopen", 422, text="Not solved").text)
        self.complaint._store({"closed_date": fields.Datetime.now()})
        self._post(f"{path}/reopen", text="It squeaks still")
        self.assertEqual(self.complaint.crm_step, "analyse")
        self.assertIn("It squeaks still", self.complaint._member_thread()[-1]["text"])

    # -- Rating -----------------------------------------------------------------------------------

    def test_rate_once_at_the_end(self):
        path = f"/my/club/rescues/{self.rescue.id}"
        self._post(f"{path}/rate", 422, stars="5")
        self.rescue._crm_step("dispatched")
        self.rescue._crm_step("on_site")
        self.rescue.rescue_result = "repaired"
        self.rescue._crm_step("done")
        with self._quiet():
            for stars in ("0", "6", "x", ""):
                self._post(f"{path}/rate", 400, stars=stars)
        self._post(f"{path}/rate", stars="5", words="Quick!")
        rating = self.rescue._member_rating()
        self.assertEqual((rating.rating, rating.feedback), (5, "Quick!"))
        self.assertEqual(rating.partner_id, self.customers["member_a"])
        self.assertIn("Quick!", self._get(path).text)
        self._post(f"{path}/rate", 422, stars="1")
        self.assertEqual(len(self.rescue.rating_ids), 1)

    def test_a_link_answers_once(self):
        """The link in the ERP's mail says what the customer says, until it was said."""
        token = self.complaint._rating_get_access_token(self.customers["member_a"])
        rating = self.env["rating.rating"].search([("access_token", "=", token)])
        path = f"/rate/{token}/submit_feedback"
        self._sign_in(None)
        self.url_open(f"/rate/{token}/5")  # mail programs look behind links
        self.url_open(path)
        self.assertFalse(rating.consumed)
        for stars, status in (("1", 200), ("5", 303)):
            self._post(path, status, rate=stars, feedback=f"{stars} stars")
        rating.invalidate_recordset()
        self.assertEqual((rating.rating, rating.feedback), (1, "1 stars"))

    # -- The rest ---------------------------------------------------------------------------------

    def test_limits(self):
        self.env.ref("crm_dealer_club.portal_limit_rescue").per_user = 1
        self._send("/my/club/rescues/new", **self._call())
        self._send("/my/club/rescues/new", status=429, **self._call())

    def test_own_data(self):
        data = self._post("/my/club/profile/download", 200, form="json").text
        for words in ("Rescue of Anna", "Complaint of Anna", "Come soon"):
            self.assertIn(words, data)

    def test_portal_user_has_no_other_way(self):
        """RPC and OCA's pages show the customer nothing of the own ticket's inside."""
        tickets = self.env["helpdesk.ticket"].with_user(self.users["member_a"])
        self.assertFalse(tickets.search([("id", "in", (self.rescue | self.complaint).ids)]))
        messages = self.env["mail.message"].with_user(self.users["member_a"])
        mine = [("model", "=", "helpdesk.ticket"), ("res_id", "=", self.rescue.id)]
        self.assertFalse(messages.search(mine).filtered(lambda one: one.subtype_id.internal))
        with self._quiet():
            self._get(f"/my/ticket/{self.rescue.id}", status=303)

    def test_constant_number_of_queries(self):
        paths = ("/my/club/rescues", "/my/club/complaints")
        counts = []
        for _round in range(2):
            for path in paths:
                self._get(path)
                self._get(path)
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                self._get(path)
                counts.append(self.env.cr.sql_log_count - before)
            for number in range(6):
                tickets, author = self.env["helpdesk.ticket"], self.customers["member_a"]
                tickets._rescue_by_member(author, {"rescue_place": f"P{number}"}).with_context(
                    lang="en_US"
                ).action_rescue_not_needed()
                tickets._complaint_by_member(author, {}, f"Complaint {number}")
        self.assertLessEqual(counts[2], counts[0] + 2)
        self.assertLessEqual(counts[3], counts[1] + 2)
