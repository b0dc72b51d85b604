"""Who sees, writes and decides what of trainings (S7); denials first."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .common_training import TrainingFactories

MODELS = (
    "crm.training",
    "crm.training.role",
    "crm.training.person",
    "crm.training.need",
    "crm.training.plan",
    "crm.training.session",
    "crm.training.participant",
    "crm.training.standing",
)


@tagged("post_install", "-at_install")
class TestTrainingAccess(TrainingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_training()

    def _sees(self, login, records):
        return self._as(login, records).search([("id", "in", records.ids)])

    def test_others_have_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        for user in (portal, self.env.ref("base.public_user"), self.users["clerk"],
                     self.users["credit"]):  # fmt: skip
            for model in MODELS:
                self.assertFalse(
                    self.env[model].with_user(user).has_access("read"), (user.login, model)
                )

    def test_users_of_surveys_notice_no_tests(self):
        officer = new_test_user(self.env, "officer", groups="survey.group_survey_manager")
        test = self.env.ref("crm_dealer_survey.survey_training_complaint")
        test.training_ids.active = False
        for model, domain in (
            ("survey.survey", [("id", "=", test.id)]),
            ("survey.question", [("survey_id", "=", test.id)]),
            ("survey.question.answer", [("question_id.survey_id", "=", test.id)]),
        ):
            self.assertTrue(self.env[model].search_count(domain), model)
            self.assertFalse(self.env[model].with_user(officer).search_count(domain), model)
            mine = [("survey_id" if "question" in model else "id", "=", test.id)]
            if model != "survey.question.answer":
                test.user_id = officer
                self.assertTrue(self.env[model].with_user(officer).search_count(mine), model)
                test.user_id = self.env.ref("base.user_root")

    def test_participants(self):
        """A dealer's manager sees the own people, everybody else oneself."""
        session = self._session("announced", ["sales_a", "manager_a", "sales_b", "agent"])
        everybody = session.participant_ids
        own = {one.person_id: one for one in everybody}
        sales_a, manager_a, sales_b, agent = (
            own[self.people[name]] for name in ("sales_a", "manager_a", "sales_b", "agent")
        )
        for login, seen in (
            ("sales_a", sales_a),
            ("manager_a", sales_a + manager_a),
            ("sales_b", sales_b),
            ("greedy_b", sales_b),
            ("agent", agent),
            ("homeless", self.Participant),
            ("auditor", everybody),
            ("oem", everybody),
        ):
            with self.subTest(login=login):
                self.assertEqual(self._sees(login, everybody), seen)
                self.env.invalidate_all()  # a request sees nothing that another one read
                mine = self._as(login, session)
                if mine.has_access("read"):
                    self.assertEqual(mine.participant_ids, seen)
                    self.assertEqual(mine.registered_count, len(seen))
                for one in everybody - seen:
                    with self.assertRaises(AccessError):
                        self._as(login, one).read(["name"])

    def test_people_and_what_they_lack(self):
        everybody = self.Person.union(*self.people.values())
        standing = self.env["crm.training.standing"].search([("person_id", "in", everybody.ids)])
        self.assertEqual(standing.person_id, everybody)
        for login, names in (
            ("sales_a", ["sales_a"]),
            ("manager_a", ["sales_a", "manager_a"]),
            ("greedy_b", ["sales_b", "greedy_b"]),
            ("agent", ["agent"]),
            ("homeless", []),
            ("oem", list(self.people)),
            ("auditor", list(self.people)),
        ):
            wanted = self.Person.union(*(self.people[name] for name in names))
            self.assertEqual(self._sees(login, everybody), wanted, login)
            found = self._as(login, standing).search([("id", "in", standing.ids)])
            self.assertEqual(found.sudo().person_id, wanted, login)

    def test_sessions_of_others(self):
        """In-house ones are the dealer's; the manufacturer's are seen once announced, if asked."""
        inhouse = self._session(login="manager_a", dealer_id=self.dealer_a.id)
        draft = self._session()
        for_b = self._session("announced", invited_ids=self.dealer_b.ids)
        for_all = self._session("announced")
        everything = inhouse + draft + for_b + for_all
        for login, seen in (
            ("sales_a", inhouse + for_all),
            ("manager_a", inhouse + for_all),
            ("sales_b", for_b + for_all),
            ("greedy_b", for_b + for_all),
            ("homeless", for_all),
            ("agent", self.Session),
            ("auditor", everything),
            ("oem", everything),
        ):
            with self.subTest(login=login):
                self.assertEqual(self._sees(login, everything), seen)
        for login in ("manager_a", "greedy_b"):
            with self.assertRaises(AccessError):
                self._as(login, for_b if login == "greedy_b" else for_all).read(["invited_ids"])

    def test_a_dealer_plans_in_house_only(self):
        for dealer in (False, self.dealer_b.id):
            with self.assertRaises(AccessError):
                self._session(login="manager_a", dealer_id=dealer)
        with self.assertRaises(AccessError):
            self._session(login="sales_a", dealer_id=self.dealer_a.id)
        with self.assertRaises(AccessError):
            self._session(login="auditor")
        inhouse = self._session(login="manager_a", dealer_id=self.dealer_a.id)
        with self.assertRaises(UserError):  # of the own staff only
            self._registered(inhouse, "sales_b", self.users["oem"])
        for login in ("greedy_b", "sales_a", "agent", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, inhouse).write({"place": "Elsewhere"})
            with self.assertRaises(AccessError):
                self._as(login, inhouse).action_announce()

    def test_who_registers_whom(self):
        session = self._session("announced")
        for by, login in (
            ("manager_a", "sales_b"), ("greedy_b", "sales_a"), ("sales_a", "sales_a"),
            ("agent", "agent"), ("auditor", "sales_a"), ("manager_a", "agent"),
        ):  # fmt: skip
            with self.subTest(by=by, login=login), self.assertRaises(AccessError):
                self._registered(session, login, self.users[by])
        one = self._registered(session, "sales_a", self.users["manager_a"])
        self.assertEqual(one.dealer_id, self.dealer_a)
        for login in ("greedy_b", "sales_a", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, one).action_unregister()
        self._as("manager_a", one).action_unregister()
        self.assertEqual(one.state, "cancelled")

    def test_registering_shows_nobody_of_others(self):
        """Neither by the seats that are counted nor by the rule that looks for one's own."""
        session = self._session("announced", ["sales_b", "agent"])
        self.env.flush_all()
        self.env.invalidate_all()
        mine = self._as("manager_a", session)
        dialog = self._as("manager_a", self.env["crm.training.registration"]).create(
            {"session_id": session.id, "person_ids": [Command.set(self.people["sales_a"].ids)]}
        )
        dialog.action_register()
        self.assertEqual(mine.seats_left, 17)
        self.assertEqual(mine.participant_ids.person_id, self.people["sales_a"])
        self.assertEqual(mine.registered_count, 1)
        with self.assertRaises(AccessError):
            dialog.copy({"person_ids": [Command.set(self.people["sales_b"].ids)]})
        with self.assertRaises(AccessError):
            mine.read(["seat_ids"])

    def test_nobody_forges_a_result(self):
        """Neither at registration nor afterwards, neither by values nor by defaults."""
        session = self._session("announced")
        forged = {"state": "attended", "hours": 99, "test_state": "passed", "score": 100,
                  "certified_on": self.today, "valid_until": "2099-01-01",
                  "tested_on": self.today, "evaluation": "5"}  # fmt: skip
        people = self._as("manager_a", self.Participant).with_context(
            **{f"default_{name}": value for name, value in forged.items()}
        )
        one = people.create(
            {"session_id": session.id, "person_id": self.people["sales_a"].id, **forged,
             "dealer_id": self.dealer_b.id}
        )  # fmt: skip
        self.assertEqual(
            (one.state, one.hours, one.test_state, one.score, one.certified_on, one.dealer_id),
            ("registered", 0, "none", 0, False, self.dealer_a),
        )
        for login in ("sales_a", "manager_a", "auditor", "oem"):
            for name, value in forged.items():
                with self.subTest(login=login, name=name), self.assertRaises(AccessError):
                    self._as(login, one).write({name: value})
        with self.assertRaises(AccessError):
            self._as("manager_a", one).with_context(crm_training_step=True).write(
                {"state": "attended"}
            )
        for name in ("state", "name"):
            with self.assertRaises(AccessError):
                self._as("oem", session).write({name: "closed"})

    def test_attendance_is_entered_by_who_leads(self):
        session = self._session("held", ["sales_a"], trainer_id=self.users["auditor"].id)
        one = session.participant_ids
        for login in ("sales_a", "manager_a", "greedy_b", "agent"):
            for method in ("action_present", "action_absent"):
                with self.subTest(login=login), self.assertRaises(AccessError):
                    getattr(self._as(login, one), method)()
        self._as("auditor", one).action_present()
        self.assertEqual((one.state, one.hours), ("attended", 4))
        other = self._session("held", ["sales_a"]).participant_ids
        with self.assertRaises(AccessError):  # led by somebody else
            self._as("auditor", other).action_present()
        with self.assertRaises(AccessError):
            self._as("auditor", other).session_id.action_close()
        with self.assertRaises(AccessError):
            self._as("auditor", other.session_id).write({"place": "Mine"})

    def test_an_auditor_who_works_at_a_dealer_sees_the_own_dealer(self):
        self.users["manager_a"].group_ids += self.env.ref("crm_dealer_grading.group_oem_manager")
        session = self._session("held", ["sales_a", "sales_b"])
        seen = self._sees("manager_a", session.participant_ids)
        self.assertEqual(seen.person_id, self.people["sales_a"])
        with self.assertRaises(AccessError):
            self._as("manager_a", seen).action_present()

    def test_evaluation_is_the_participants_own(self):
        one = self._attended("sales_a")
        for login in ("manager_a", "oem", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, one).evaluation = "1"
        mine = self._as("sales_a", one)
        mine.write({"evaluation": "4", "comment": "Good"})
        self.assertEqual((one.stars, one.session_id.stars), (4, 4.0))
        with self.assertRaises(AccessError):
            mine.practice = "better"
        self._as("manager_a", one).practice = "better"
        self.assertEqual((one.practice_on, one.practice_by_id),
                         (self.today, self.users["manager_a"]))  # fmt: skip

    def test_needs_and_plans_of_others(self):
        need = self._as("manager_a", self.env["crm.training.need"]).create({"name": "Settlement"})
        plan = self._as("manager_a", self.env["crm.training.plan"]).create({"name": "2027"})
        self.assertEqual((need.dealer_id, plan.dealer_id), (self.dealer_a, self.dealer_a))
        for records in (need, plan):
            self.assertFalse(self._sees("greedy_b", records))
            self.assertFalse(records.with_user(self.users["sales_a"]).has_access("read"))
            self.assertFalse(records.with_user(self.users["agent"]).has_access("read"))
            with self.assertRaises(AccessError):
                self._as("greedy_b", records).write({"name": "Mine"})
        for step in ("action_accept", "action_refuse"):
            for login in ("manager_a", "greedy_b", "auditor"):
                with self.assertRaises(AccessError):
                    getattr(self._as(login, need), step)()
        with self.assertRaises(AccessError):
            self._as("greedy_b", need).action_plan()
        with self.assertRaises(AccessError):
            self._as("manager_a", need).state = "done"
        network = self._as("oem", self.env["crm.training.plan"]).create({"name": "Network"})
        self.assertFalse(self._sees("manager_a", network))
        for dealer in (self.dealer_b.id, False):
            with self.assertRaises(AccessError):
                self._as("manager_a", self.env["crm.training.need"].browse()).create(
                    {"name": "x", "dealer_id": dealer or self.dealer_b.id}
                )
        with self.assertRaises(AccessError):
            self.env["crm.training.plan"].with_user(self.users["manager_a"]).create(
                {"name": "x", "dealer_id": False}
            )
        with self.assertRaises(AccessError):
            self._as("manager_a", plan).write({"state": "approved"})
