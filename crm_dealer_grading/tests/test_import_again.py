"""An import that was broken off by a fault of the server: nothing is lost, nothing doubled (C9)."""

from psycopg2.errors import DiskFull

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_import import OPTIONS, ImportCase

PATHS = ["name", "email", "dealer_id"]


@tagged("post_install", "-at_install")
class TestImportAgain(ImportCase):
    def _file(self, count=6):
        """Rows in batches of two; the second row of each batch is wrong."""
        rows = [[f"Again {n}", "no address" if n % 2 else "", "T-A"] for n in range(count)]
        upload = self._csv([self._labels("res.partner", PATHS), *rows])
        return self._upload("sales_a", "res.partner", upload)

    def _batch(self, upload, skip, run=7, **given):
        options = {**OPTIONS, "limit": 2, "keep_correct_rows": True, "keep_run": run, **given}
        return upload.execute_import(PATHS, PATHS, {**options, "skip": skip})

    def _made(self):
        return self.env["res.partner"].search([("name", "like", "Again %")], order="id")

    def test_batch_that_was_not_told_is_not_done_twice(self):
        upload = self._file()
        first = self._batch(upload, 0)
        self.assertEqual(self._batch(upload, 0), first)
        self.assertEqual(self._made().ids, first["ids"])
        self._batch(upload, first["nextrow"])
        self.assertEqual(len(self._made()), 2)
        self.assertEqual([row[0] for row in upload.wrong_rows["rows"]], [3, 5])

    def test_another_import_of_the_same_file_is_another(self):
        upload = self._file()
        self._batch(upload, 0)
        self._batch(upload, 0, run=8)
        self.assertEqual(len(self._made()), 2)

    def test_batch_that_was_tested_is_done(self):
        upload = self._file()
        options = {**OPTIONS, "limit": 2, "keep_correct_rows": True, "keep_run": 7}
        upload.execute_import(PATHS, PATHS, dict(options), dryrun=True)
        self._batch(upload, 0)
        self.assertEqual(len(self._made()), 1)

    def test_without_a_run_goes_on_where_it_is_told(self):
        answer = self._batch(self._file(), 2, run=None)
        self.assertEqual(answer["nextrow"], 4)

    def test_full_disk_is_no_rows_fault(self):
        """Nobody corrects rows that are right: the user hears what is the matter."""
        for keep in (True, False):
            upload = self._file(1)

            def full(model, values_list):
                raise DiskFull("could not extend file: No space left on device")

            with self.subTest(keep=keep):
                self.patch(type(self.env["res.partner"]), "_import_match", full)
                if keep:
                    with self.assertRaisesRegex(UserError, "no room"):
                        self._batch(upload, 0)
                else:
                    answer = self._batch(upload, 0, keep_correct_rows=False)
                    self.assertIn("no room", answer["messages"][0]["message"])
                self.assertFalse(self._made())
