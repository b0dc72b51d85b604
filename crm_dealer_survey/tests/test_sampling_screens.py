"""Each role opens each screen; response rates against plain Python (S2)."""

import random
from collections import defaultdict

from odoo.tests import Form, TransactionCase, tagged

from .common_sampling import SamplingFactories

SCREENS = (
    "crm_satisfaction_sample_action",
    "crm_satisfaction_sample_line_action",
    "crm_satisfaction_sample_plan_action",
    "crm_satisfaction_sample_report_action",
)


@tagged("post_install", "-at_install")
class TestSamplingScreens(SamplingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls._network(count=40)
        cls.plan = cls.env["crm.satisfaction.sample.plan"].create(
            {"programme_id": cls.programme.id}
        )
        cls.sample = cls._in_field(channel_1="email", channel_2="sms")
        rng = random.Random(3)
        for line in cls._lines(cls.sample, "sent"):
            if rng.random() < 0.4:
                cls._say(line.answer_id)
        bounced = cls._lines(cls.sample, "sent").filtered("mail_id")[0]
        bounced._lose("failed", "bounced")
        cls.env.flush_all()

    def test_each_role_opens_each_screen(self):
        self._over(self.sample)
        for login in ("manager_a", "auditor", "oem"):
            env = self._as(login)
            for name in SCREENS:
                action = env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")
                model = env[action["res_model"]]
                if not model.has_access("read"):
                    self.assertEqual(login, "manager_a")
                    continue
                with self.subTest(login=login, action=name):
                    views = model.get_views([*action["views"], (False, "search")])
                    names = views["models"][model._name]["fields"]
                    spec = {field: {} for field in names if field in model._fields}
                    self.assertTrue(model.web_search_read([], spec, limit=5)["records"])
                    self.assertIn("o_view_nocontent", action["help"])

    def test_rates_equal_the_oracle(self):
        self._over(self.sample)
        lines = self.sample.line_ids.filtered("asked")
        self.assertEqual(len(lines), 15)
        keys = {"dealer_id": "dealer_id", "stratum": "stratum", "channel": "channel"}
        for login, seen in (
            ("auditor", lines),
            ("manager_a", lines.filtered(lambda line: line.dealer_id == self.dealer_a)),
        ):
            report = self._as(login, self.env["crm.satisfaction.sample.report"])
            for group, name in keys.items():
                wanted = defaultdict(lambda: [0, 0])
                for line in seen:
                    wanted[line[name]][0] += 1
                    wanted[line[name]][1] += line.state == "answered"
                rows = report._read_group(
                    [("programme_id", "=", self.programme.id)],
                    [group],
                    ["asked:sum", "answered:sum", "response_rate:avg"],
                )
                self.assertEqual(len(rows), len(wanted))
                for key, asked, answered, rate in rows:
                    key = key.sudo() if name == "dealer_id" else key
                    self.assertEqual([asked, answered], wanted[key])
                    self.assertAlmostEqual(rate, answered / asked)
        dealer = self._as("manager_a", self.dealer_a)
        mine = lines.filtered(lambda line: line.dealer_id == self.dealer_a)
        answered = mine.filtered(lambda line: line.state == "answered")
        self.assertAlmostEqual(dealer.sample_response_rate, len(answered) / len(mine))

    def test_buttons(self):
        env = self._as("auditor")
        programme = self.programme.with_env(env)
        self.assertEqual(programme.sample_count, 1)
        self.assertEqual(self.version.with_env(env).sample_count, 1)
        found = env["crm.satisfaction.sample"].search(programme.action_open_samples()["domain"])
        self.assertEqual(found.ids, self.sample.ids)
        sample = self.sample.with_env(env)
        lines = env["crm.satisfaction.sample.line"].search(sample.action_open_lines()["domain"])
        self.assertEqual(
            len(lines.filtered(lambda line: line.state != "reserve")), sample.line_count
        )
        report = env["crm.satisfaction.sample.report"]
        self.assertEqual(
            report.search_count(sample.action_open_report()["domain"]), sample.asked_count
        )
        self.assertEqual(self._as("manager_a", self.programme).sample_count, 0)
        line = self._lines(self.sample, "answered")[0].with_env(env)
        self.assertEqual(line.action_open_answer()["domain"][0][2], line.answer_id.id)
        self.assertEqual(
            self._as("manager_a", self.dealer_a).action_open_sample_report()["domain"][0][2],
            self.dealer_a.ids,
        )

    def test_figures_in_constant_queries(self):
        others = [self._drawn(seed=seed, cooling_days=0) for seed in ("x", "y", "z")]
        samples = self.sample.union(*others)
        programmes = self.env["crm.satisfaction.programme"].search([])
        dealers = self.dealer_a | self.env["crm.dealer"].search([])
        for records, names in (
            (samples, ["line_count", "frame_count", "short_count"]),
            (dealers, ["sample_response_rate"]),
            (self.programme | programmes, ["sample_count"]),
        ):
            counts = []
            for some in (records[:1], records):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                for name in names:
                    some.mapped(name)
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(*counts)

    def test_the_form_of_the_manager(self):
        form = Form(self._as("oem", self.Sample))
        form.programme_id = self.programme.with_env(form._env)
        self.assertEqual(form.cooling_days, 60)
        self.assertTrue(form.seed)
        sample = form.save()
        self.assertIn("T-CSI", sample.name)
        self.assertEqual(sample.date_to, self.today.replace(day=1))
        plan = Form(self._as("oem", self.plan))
        plan.quota = 12
        plan.save()
