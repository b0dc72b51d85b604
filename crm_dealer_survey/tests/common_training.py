"""Factories of the training tests."""

from datetime import timedelta

from odoo import fields

from odoo.addons.crm_dealer_grading.tests.common import DealerFactories

RIGHT = ("complaint", "followup", "data")


class TrainingFactories(DealerFactories):
    """A course with the shipped test on complaints, one without; the staff on the register."""

    @classmethod
    def _set_up_training(cls):
        cls._set_up_network()
        cls.Participant = cls.env["crm.training.participant"]
        cls.Session = cls.env["crm.training.session"]
        cls.Person = cls.env["crm.training.person"]
        cls.dealer_a.manager_id = cls.users["manager_a"]
        cls.dealer_b.manager_id = cls.users["greedy_b"]
        cls.role = cls.env["crm.training.role"].create({"name": "Test job"})
        shipped = cls.env.ref("crm_dealer_survey.survey_training_complaint")
        cls.survey = shipped.copy({"access_mode": "token", "certification": True})
        cls.course = cls._course(survey_id=cls.survey.id, role_ids=cls.role.ids)
        cls.plain = cls._course(code="T-PLAIN", name="Plain course")
        cls.people = {
            login: cls._person(login)
            for login in ("sales_a", "manager_a", "sales_b", "greedy_b", "agent")
        }
        cls.today = cls.env.company._today_here()

    @classmethod
    def _course(cls, **vals):
        return cls.env["crm.training"].create(
            {
                "name": "Test course",
                "code": "T-COURSE",
                "hours": 4,
                "valid_months": 12,
                "follow_up_days": 30,
                **vals,
            }
        )

    @classmethod
    def _person(cls, login, **vals):
        user = cls.users[login]
        person = cls.Person.search([("partner_id", "=", user.partner_id.id)])
        return person or cls.Person.create(
            {
                "partner_id": user.partner_id.id,
                "dealer_id": user.dealer_ids.id,
                "role_id": cls.role.id,
                **vals,
            }
        )

    @classmethod
    def _session(cls, state="draft", people=(), login="oem", **vals):
        """A session of the manufacturer that began an hour ago, brought to a state."""
        begin = fields.Datetime.now() - timedelta(hours=1)
        session = cls.Session.with_user(cls.users[login]).create(
            {"training_id": cls.course.id, "date_begin": begin, **vals}
        )
        for name in people:
            cls._registered(session, name)
        for step, reached in (("announce", "announced"), ("hold", "held"), ("close", "closed")):
            if state == "draft":
                break
            if step == "close":
                session.participant_ids.filtered(
                    lambda p: p.state == "registered"
                ).action_present()
            session._step(step)
            if reached == state:
                break
        return session.with_env(cls.env)

    @classmethod
    def _registered(cls, session, login, by=None):
        participants = cls.Participant.with_user(by) if by else session.participant_ids
        return participants.create(
            {"session_id": session.id, "person_id": cls.people[login].id}
        ).with_env(cls.env)

    @classmethod
    def _attended(cls, login, state="held", **vals):
        """A participant who was there."""
        session = cls._session("held", [login], **vals)
        one = session.participant_ids
        one.with_user(cls.users["oem"]).action_present()
        if state == "closed":
            session.with_user(cls.users["oem"]).action_close()
        return one

    @classmethod
    def _take(cls, one, right=True):
        """Finish the next attempt as the page does, everything right or everything wrong."""
        attempt = one.sudo()._open_attempt()
        attempt._mark_in_progress()
        for question in attempt.survey_id.question_ids:
            answers = question.suggested_answer_ids
            chosen = answers.filtered("is_correct") if right else answers.filtered(
                lambda a: not a.is_correct
            )  # fmt: skip
            if question.question_type == "simple_choice":
                chosen = chosen[:1]
            said = [str(number) for number in chosen.ids]
            attempt._save_lines(question, said if len(said) > 1 else said[0])
        attempt._mark_done()
        return attempt
