"""What is shipped is whole: nine programmes with factors, weights and questions."""

from odoo.tests import TransactionCase, tagged

CODES = ("SSI", "CSI", "IQS", "APEAL", "VDS", "DSI-S", "DSI-A", "ESS", "NVIS", "REJ")


@tagged("post_install", "-at_install")
class TestData(TransactionCase):
    def _shipped(self):
        for code in CODES:
            name = code.lower().replace("-", "_")
            yield code, self.env.ref(f"crm_dealer_survey.version_{name}_1")

    def test_each_programme_gives_an_index(self):
        for code, version in self._shipped():
            with self.subTest(code):
                self.assertEqual(version.programme_id.code, code)
                version._check_ready()
                self.assertAlmostEqual(sum(version.factor_ids.mapped("weight")), 1)
                kinds = version.question_ids.mapped("satisfaction_kind")
                for kind in ("compliance", "overall", "nps"):
                    self.assertIn(kind, kinds)
                self.assertEqual(kinds.count("open"), 1)
                items = version.question_ids.filtered(
                    lambda q: q.satisfaction_kind == "satisfaction"
                )
                self.assertEqual(items.satisfaction_factor_id, version.factor_ids)
                wanted = 20 if code in ("SSI", "CSI") else 13
                self.assertGreaterEqual(len(version.question_ids), wanted)

    def test_each_question_is_one_sentence_for_a_customer(self):
        for code, version in self._shipped():
            titles = version.question_ids.mapped("title")
            self.assertEqual(len(set(titles)), len(titles), code)
            for title in titles:
                self.assertTrue(title.endswith("?") and len(title) < 120, title)
