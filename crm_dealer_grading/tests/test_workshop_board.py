import json

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time
from odoo.tests.common import HttpCase, tagged

from ..models.workshop.crm_dealer_board import CHANNEL
from ..tools.plate import mask
from .common import DealerFactories
from .common_workshop import WorkshopCase

MAY = ("sales_a", "manager_a", "auditor", "oem")
MAY_NOT = ("sales_b", "greedy_b", "homeless", "credit", "agent", "clerk")


@freeze_time("2031-01-06 04:00:00")
class TestBoard(WorkshopCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_a.phone = "+86 138 0000 1234"
        cls.users["sales_a"].name = "陈晓明 Chen Xiaoming"
        cls.vehicle.vin = "LSVAU2180N2183294"

    def _at_work(self, stage="in_work", **vals):
        vals = {"user_id": self.users["sales_a"].id, "date": fields.Datetime.now(), **vals}
        return self._visit(self.vehicle, stage=stage, dealer_id=self.dealer_a.id, **vals)

    def _messages(self):
        """What was put on the bus since the last question, as ``[(channel, message)]``."""
        self.env.flush_all()
        values = self.cr.precommit.data.get("bus.bus.values", [])
        found = [
            (json.loads(row["channel"]), json.loads(row["message"]))
            for row in values
            if CHANNEL in row["channel"]
        ]
        values.clear()
        return found

    def test_denials(self):
        for login in MAY_NOT:
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.dealer_a).get_board()
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.dealer_a).action_open_board()
        for login in ("homeless", "credit", "agent", "clerk"):
            with self.assertRaises(AccessError, msg=login):
                self._as(login)["crm.dealer"].get_board_dealers()
        own = self._as("sales_b")["crm.dealer"].get_board_dealers()
        self.assertEqual([row["id"] for row in own], self.dealer_b.ids)

    def test_who_may_open_it(self):
        for login in MAY:
            self.assertEqual(self._as(login, self.dealer_a).get_board()["visits"], [])
            action = self._as(login, self.dealer_a).action_open_board()
            self.assertEqual(action["type"], "ir.actions.client")
            self.assertEqual(action["target"], "fullscreen")

    def test_no_personal_data(self):
        self._at_work(work_order="SECRET-7", note="Hidden")
        board = self._as("sales_a", self.dealer_a).get_board()
        [row] = board["visits"]
        keys = {"id", "plate", "stage", "stage_label", "promised", "advisor"}
        self.assertEqual(set(row), keys)
        self.assertEqual((row["plate"], row["advisor"]), ("沪A·8**21", "晓明"))
        text = json.dumps(board, ensure_ascii=False)
        for secret in ("88821", "LSVAU", "Test Customer", "138", "SECRET", "Hidden", "陈"):
            self.assertNotIn(secret, text)

    def test_what_is_shown(self):
        soon = self._at_work(date_promised="2031-01-06 08:00:00")
        first = self._at_work(date_promised="2031-01-06 05:00:00", stage="received")
        ready = self._at_work(stage="delivered", date_delivered="2031-01-06 01:00:00")
        self._at_work(stage="delivered", date_delivered="2031-01-05 15:59:00")  # yesterday there
        self._at_work(stage="booked")
        self._at_work(stage="cancelled")
        self._at_work(active=False)
        rows = self._as("oem", self.dealer_a).get_board()["visits"]
        self.assertEqual([row["id"] for row in rows], [first.id, soon.id, ready.id])

    def test_stages_in_the_users_language(self):
        self._at_work()
        self.env["res.lang"]._activate_lang("zh_CN")
        [row] = self.dealer_a.with_context(lang="zh_CN").get_board()["visits"]
        self.assertNotEqual(row["stage_label"], "In Work")

    def test_messages(self):
        visit = self._at_work(stage="booked", date="2031-01-06 03:00:00")
        self.assertEqual(self._messages(), [])
        visit.action_next_stage()
        here = [self.cr.dbname, "crm.dealer", self.dealer_a.id, CHANNEL]
        payload = {"type": CHANNEL, "payload": {"dealer_id": self.dealer_a.id}}
        self.assertIn((here, payload), self._messages())
        for change in (
            {"stage": "in_work"},
            {"date_promised": "2031-01-06 09:00:00"},
            {"user_id": self.users["manager_a"].id},
            {"active": False},
        ):
            visit.write(change)
            self.assertEqual(self._messages()[:1], [(here, payload)], change)
        visit.active = True
        self._messages()
        visit.write({"note": "Nobody's business", "labour_amount": 5})
        self.assertEqual(self._messages(), [])
        self.vehicle.plate = "沪A66621"
        self.assertEqual(self._messages(), [(here, payload)])
        visit.dealer_id = self.dealer_b
        there = [self.cr.dbname, "crm.dealer", self.dealer_b.id, CHANNEL]
        channels = [channel for channel, _message in self._messages()]
        self.assertEqual(sorted(channels), sorted([here, there]))

    def test_masks(self):
        for plate, masked in (
            ("沪A88821", "沪A·8**21"),
            ("沪AD12345", "沪A·D***45"),
            ("B-MK 99", "***99"),
            ("AB1", "***"),
            ("", ""),
        ):
            self.assertEqual(mask(plate), masked)


@tagged("post_install", "-at_install")
class TestBoardChannel(DealerFactories, HttpCase):
    """Who may listen, and what the server answers over RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        for user in cls.users.values():
            user.password = user.login

    def _channels(self, login):
        """What the server subscribes the user to who asks for A's board and some nonsense."""
        self.authenticate(login, login)
        names = [f"{CHANNEL}_{self.dealer_a.id}", f"{CHANNEL}_x", CHANNEL, f"{CHANNEL}_999999999"]
        answer = self.make_jsonrpc_request(
            "/websocket/peek_notifications",
            {"channels": names, "last": 0, "is_first_poll": True},
        )
        return answer["channels"]

    def test_who_listens(self):
        for login in (*MAY, *MAY_NOT):
            heard = [c for c in self._channels(login) if CHANNEL in str(c)]
            may = login in MAY
            self.assertEqual(len(heard), int(may), (login, heard))
            if may:
                self.assertEqual(heard[0][1:], ["crm.dealer", self.dealer_a.id, CHANNEL])

    def test_refused_over_rpc(self):
        for login in MAY_NOT:
            self.authenticate(login, login)
            answer = self.url_open(
                "/web/dataset/call_kw/crm.dealer/get_board",
                json={
                    "params": {
                        "model": "crm.dealer",
                        "method": "get_board",
                        "args": [self.dealer_a.ids],
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.AccessError")
