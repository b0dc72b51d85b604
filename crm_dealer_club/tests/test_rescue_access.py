"""Who sees and works on which rescue (M8)."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from .common_rescue import RescueCase

_VIEWS = {
    "crm_dealer_club.helpdesk_ticket_action_rescue": "helpdesk.ticket",
    "crm_dealer_club.crm_rescue_report_action": "crm.rescue.report",
    "crm_dealer_club.crm_rescue_correction_action": "crm.rescue.correction",
    "crm_dealer_club.crm_rescue_car_action": "crm.rescue.car",
}


@tagged("post_install", "-at_install")
class TestRescueAccess(RescueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.of_a = cls._rescue()
        cls.of_b = cls._rescue(rescue_plate="京B1R002")
        # A customer of A whom B helps.
        cls.sent = cls._rescue(dealer_id=cls.dealer_b.id)
        cls.unknown = cls._rescue(rescue_plate="")
        cls.all = cls.of_a | cls.of_b | cls.sent | cls.unknown

    def _seen(self, login, model="helpdesk.ticket"):
        found = self.env[model].with_user(self.users[login]).search([("id", "in", self.all.ids)])
        return set(found.ids)

    def test_who_sees_what(self):
        own = set((self.of_a | self.sent).ids)
        sent = set((self.of_b | self.sent).ids)
        expected = {
            "sales_a": own, "manager_a": own, "sales_b": sent, "greedy_b": sent,
            "homeless": set(), "agent": set(self.all.ids), "auditor": set(self.all.ids),
            "oem": set(self.all.ids), "credit": set(), "clerk": set(),
        }  # fmt: skip
        for login, ids in expected.items():
            with self.subTest(login):
                self.assertEqual(self._seen(login), ids)
                if login not in ("clerk", "credit"):
                    self.assertEqual(self._seen(login, "crm.rescue.report"), ids)
        for login in ("clerk", "credit"):
            with self._refused(error=AccessError):
                self._seen(login, "crm.rescue.report")

    def test_who_works_on_what(self):
        for login, ticket in (
            ("sales_b", self.of_a), ("sales_a", self.of_b), ("sales_a", self.unknown),
            ("homeless", self.of_a), ("credit", self.of_a), ("auditor", self.of_a),
            ("clerk", self.of_a),
        ):  # fmt: skip
            theirs = self._as(ticket, login)
            for deed in (
                theirs.action_rescue_dispatch, theirs.action_rescue_not_needed,
                lambda theirs=theirs: theirs.write({"rescue_place": "Elsewhere"}),
                lambda theirs=theirs: theirs.read(["name"]) and theirs.action_answered(),
            ):  # fmt: skip
                with self.subTest(login, deed=deed), self._refused():
                    deed()
        self.assertEqual(self.of_a.crm_step, "answer")

    def test_dealer_takes_the_own_through(self):
        self._as(self.sent, "agent").action_rescue_dispatch()
        theirs = self._as(self.sent, "sales_b")
        theirs.action_rescue_on_site()
        theirs.write({"rescue_result": "repaired", "rescue_result_note": "Wheel changed"})
        theirs.action_rescue_done()
        self.assertEqual(self.sent.crm_step, "done")
        # The customer's own dealer, which was not sent, calls back.
        home = self._as(self.sent, "sales_a")
        home.rescue_call_back = "satisfied"
        home.action_rescue_call_back()

    def test_dealers_do_not_send_others(self):
        mine = self._as(self._rescue(), "sales_a")
        with self._refused(error=AccessError):
            mine.dealer_id = self.dealer_b
        with self._refused(error=AccessError):
            mine.rescue_car_id = self.car_b
        with self._refused(error=AccessError):
            self._rescue("sales_a", dealer_id=self.dealer_b.id, rescue_plate="")
        agent = self._as(mine, "agent")
        agent.write({"dealer_id": self.dealer_b.id, "rescue_car_id": self.car_b.id})
        self.assertTrue(agent.action_rescue_dispatch())

    def test_service_cars(self):
        cars = self.env["crm.rescue.car"]
        self.assertEqual(self.car_a.plate, "京A9C001")
        seen = cars.with_user(self.users["sales_a"]).search([])
        self.assertIn(self.car_a, seen)
        self.assertNotIn(self.car_b, seen)
        for login in ("sales_a", "agent", "auditor"):
            with self._refused(error=AccessError):
                cars.with_user(self.users[login]).create(
                    {"name": "X", "dealer_id": self.dealer_a.id}
                )
        manager = cars.with_user(self.users["manager_a"])
        self.assertEqual(manager.create({"name": "X"}).dealer_id, self.dealer_a)
        with self._refused(error=AccessError):
            manager.create({"name": "X", "dealer_id": self.dealer_b.id})

    def test_screens_open_for_each_role(self):
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem"):
            for xml_id, model in _VIEWS.items():
                action = self.env.ref(xml_id)
                wanted = [(view, kind) for view, kind in action.views] + [
                    (action.search_view_id.id, "search")
                ]
                records = self.env[model].with_user(self.users[login])
                views = records.get_views(wanted)["views"]
                for kind in ("list", "kanban"):
                    if kind in views:
                        names = self._names(views[kind]["arch"], records)
                        records.web_search_read([], dict.fromkeys(names, {}), limit=5)

    def _names(self, arch, records):
        from lxml import etree

        return {
            node.get("name")
            for node in etree.fromstring(arch).iter("field")
            if node.get("name") in records._fields
        }

    def test_board_channel(self):
        channel = "crm_dealer_rescue_board"
        socket = self.env["ir.websocket"]
        group = self.env.ref("crm_dealer_grading.group_access")
        for login, heard in (("agent", True), ("sales_a", True), ("clerk", False)):
            theirs = socket.with_user(self.users[login])
            with MockRequest(theirs.env):
                theirs = theirs._build_bus_channel_list([channel])
            theirs = [name for name in theirs if isinstance(name, str | tuple)]
            self.assertEqual((group, channel) in theirs, heard)
            self.assertNotIn(channel, theirs)

    def test_who_is_sent_is_not_replaced_by_an_old_form(self):
        ticket = self._rescue()
        agent = self._as(ticket, "agent")
        agent.dealer_id = self.dealer_b
        for seen in (self.dealer_a.id, False):
            with self._refused("meanwhile"):
                agent.with_context(rescue_dealer_seen=seen).action_rescue_dispatch()
        agent.with_context(rescue_dealer_seen=self.dealer_b.id).action_rescue_dispatch()
        for step in ("dispatched", "on_site"):
            self.assertEqual(ticket.crm_step, step)
            with self._refused("was sent already"):
                agent.dealer_id = self.dealer_a
            with self._refused("was sent already"):
                agent.dealer_id = False
            agent.dealer_id = self.dealer_b  # as it is
            if step == "dispatched":
                agent.action_rescue_on_site()
        sent = ticket.rescue_dispatched_at
        agent.action_rescue_send_again()
        agent.dealer_id = self.dealer_a
        agent.action_rescue_dispatch()
        self.assertEqual((ticket.dealer_id, ticket.reopen_count), (self.dealer_a, 1))
        self.assertEqual(ticket.rescue_dispatched_at, sent)
