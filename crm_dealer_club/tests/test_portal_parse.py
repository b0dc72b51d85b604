from datetime import date, datetime
from io import BytesIO

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_dealer_club.controllers import parse
from odoo.addons.crm_dealer_club.tools.qr import svg_path

NO_TEXT = (
    1,
    1.5,
    b"1",
    ["1"],
    {"a": "1"},
    True,
    FileStorage(BytesIO(b"1"), "x"),
    "1\x00",
    "\ud800",
)
NO_NUMBER = (
    "", "-1", "+1", "1.5", "1e3", "NaN", "inf", "9" * 13, "9" * 30, "0x10", "²", "１", "١٢", "1_0",
    "abc", "🚗", "1;2", "\ufeff1",
)  # fmt: skip
FIRST, LAST = date(2031, 1, 6), date(2031, 4, 6)


@tagged("post_install", "-at_install")
class TestPortalParse(BaseCase):
    def _refuses(self, parser, values, *args):
        for value in values:
            with self.subTest(parser.__name__, value=value), self.assertRaises(BadRequest):
                parser(value, *args)

    def test_no_text_at_all(self):
        for parser, args in (
            (parse.text, (9,)),
            (parse.integer, ()),
            (parse.day, (FIRST, LAST)),
            (parse.moment, ()),
            (parse.choice, ({"1"},)),
        ):
            self._refuses(parser, NO_TEXT, *args)

    def test_text(self):
        self._refuses(parse.text, ("x" * 10, "a\nb", "a\tb", "\x1b[0m"), 9)
        self.assertEqual(parse.text(None, 9), "")
        self.assertEqual(parse.text("  洗车 ", 9), "洗车")
        self.assertEqual(parse.text("a\r\nb", 9, lines=True), "a\r\nb")

    def test_integer(self):
        self._refuses(parse.integer, NO_NUMBER)
        self._refuses(parse.integer, ("0", "11"), 1, 10)
        self._refuses(parse.integer, ("2147483648",))
        for value, number in (("0", 0), ("007", 7), (" 12,345 ", 12345), ("2147483647", 2**31 - 1)):
            self.assertEqual(parse.integer(value), number)

    def test_day(self):
        wrong = ("", "2031-13-01", "06/01/2031", "20310106x", "2031-01-05", "2031-04-07", "today")
        self._refuses(parse.day, wrong, FIRST, LAST)
        self.assertEqual(parse.day("2031-01-06", FIRST, LAST), FIRST)

    def test_moment(self):
        wrong = (
            "",
            "2031-01-06T25:00",
            "9999-12-31T23:59",
            "0001-01-01T00:00",
            "2031-01-06T01:00Z",
        )
        self._refuses(parse.moment, wrong)
        self.assertEqual(parse.moment("2031-01-06T01:30"), datetime(2031, 1, 6, 1, 30))

    def test_choice(self):
        self._refuses(parse.choice, ("", "b", "A", "a" * 65), {"a"})
        self.assertEqual(parse.choice("a", {"a"}), "a")

    def test_qr_code(self):
        """A version 1 code is 21 modules wide; its three corners are as the standard says."""
        side, path = svg_path("88000000017")
        self.assertEqual(side, 21 + 4)
        rows = {}
        for run in path.replace("z", "").split("M")[1:]:
            start, width = run.split("v")[0].split("h")
            column, row = map(int, start.split())
            rows.setdefault(row - 2, []).append((column - 2, int(width)))
        for row in (0, 6):
            self.assertEqual([rows[row][0], rows[row][-1]], [(0, 7), (14, 7)])
        self.assertEqual(rows[20][0], (0, 7))
