"""Factories of the follow-up calls' tests."""

from datetime import datetime, timedelta

from odoo import fields

from .common_programme import SurveyFactories

NOON = datetime(2026, 3, 10, 4)  # in Shanghai noon


class FollowupFactories(SurveyFactories):
    """Two rules after maintenance, one after delivery; a finished visit at each dealer."""

    @classmethod
    def _set_up_followup(cls):
        cls._set_up_survey()
        cls.Call = cls.env["crm.followup.call"]
        # Those shipped make way: what is tested is what is here.
        cls.env["crm.followup.rule"].search([]).active = False
        cls.today = cls.env.company._today_here()
        cls.rule = cls._rule(name="Maintenance")
        cls.rule_centre = cls._rule(
            name="Centre",
            caller="call_centre",
            programme_id=cls.programme.id,
            script="Is the {vehicle} well, {customer}? {dealer}",
        )
        for customer in (cls.customer_a, cls.customer_b):
            customer.phone = "+86 138 0013 8000"
        cls.vehicle_a = cls._vehicle(cls.customer_a, plate="粤A 12345")
        cls.vehicle_b = cls._vehicle(cls.customer_b)
        cls.visit_a = cls._done_visit(cls.vehicle_a)
        cls.visit_b = cls._done_visit(cls.vehicle_b)

    @classmethod
    def _rule(cls, **vals):
        return cls.env["crm.followup.rule"].create(
            {
                "name": "Rule",
                "event": "maintenance",
                "caller": "dealer",
                "delay": 3,
                "start_on": cls.today - timedelta(60),
                "valid_days": 7,
                "attempts": 2,
                "hour_from": 0,
                "hour_to": 24,
                **vals,
            }
        )

    @classmethod
    def _done_visit(cls, vehicle, days=4, **vals):
        """A visit that was finished so many days ago; its calls are made."""
        at = fields.Datetime.now() - timedelta(days)
        visit = cls._visit(vehicle, date=at, date_delivered=at, **vals)
        cls._commit()
        return visit

    @classmethod
    def _model(cls):
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Test"})
        return cls.env["fleet.vehicle.model"].create({"name": "Car", "brand_id": brand.id})

    @classmethod
    def _commit(cls):
        """What happens before a commit."""
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.invalidate_all()

    @classmethod
    def _calls(cls, visit, rule=None):
        domain = [("visit_id", "=", visit.id)]
        if rule:
            domain.append(("rule_id", "=", rule.id))
        return cls.Call.search(domain)

    def _taken(self, call, login):
        """``call`` seen and held by a role."""
        call = self._as(login, call)
        call._hold()
        return call

    def _desk(self, call, login):
        action = self._as(login, call).action_call()
        return call.env["crm.followup.desk"].with_user(self.users[login]).browse(action["res_id"])


class NextCall(FollowupFactories):
    """A call that the dealer makes and one of the call centre wait."""

    @classmethod
    def _set_up_next(cls):
        cls._set_up_followup()
        cls.own = cls._calls(cls.visit_a, cls.rule)
        cls.centre = cls._calls(cls.visit_a, cls.rule_centre)

    def _next(self, login):
        return self._as(login, self.Call)._take_next()
