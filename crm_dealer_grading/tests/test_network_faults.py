"""The server's disk is full, the database server goes away: what is left, what is told."""

import contextlib
import resource

from psycopg2 import OperationalError
from psycopg2.errors import DiskFull

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools.alone import each_alone


@contextlib.contextmanager
def small_disk(size):
    """No file of this process grows beyond ``size`` bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@tagged("post_install", "-at_install")
class TestNetworkFaults(TransactionCase):
    def test_full_disk_leaves_no_half_file(self):
        """It is told in words; the same file is stored whole once there is room."""
        raw = self.env.uid.to_bytes(4, "big") * 500_000
        values = {"name": "photo.bin", "raw": raw}
        attachments = self.env["ir.attachment"]
        before = attachments.search_count([])
        # It goes with a savepoint, as a request goes with its transaction.
        with small_disk(1_000_000), self.assertRaises(UserError) as refusal:
            attachments.create(values)
        self.assertIn("no room", str(refusal.exception))
        self.assertEqual(attachments.search_count([]), before)
        stored = attachments.create(values)
        stored.invalidate_recordset()
        self.assertEqual(stored.raw, raw)

    def test_fault_of_no_piece(self):
        """Where the database server cannot go on nobody counts as failed: the job ends."""
        for fault in (OperationalError("server closed the connection"), DiskFull("no space")):

            def work(pieces, fault=fault):
                if "third" in pieces:
                    raise fault

            with self.assertRaises(OperationalError):
                each_alone(self.env, work, ["first", "second", "third"], "Test")

    @mute_logger("odoo.addons.crm_dealer_grading.tools.alone")
    def test_fault_of_one_piece(self):
        done = []

        def work(pieces):
            if "third" in pieces:
                raise ValueError
            done.extend(pieces)

        failed = each_alone(self.env, work, ["first", "second", "third", "fourth"], "Test")
        self.assertEqual(failed, ["third"])
        self.assertEqual(done, ["first", "second", "fourth"])
