from unittest.mock import MagicMock

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo.tests import BaseCase

from ..tools.again import again


class TestAgain(BaseCase):
    """Work that meets other writes, on an environment that only counts."""

    def _work(self, *outcomes):
        """A work with these outcomes, one a time; the environment."""
        return MagicMock(side_effect=outcomes), MagicMock()

    def test_done_at_once(self):
        work, env = self._work(7)
        self.assertEqual(again(env, work, "Test"), 7)
        env.flush_all.assert_called_once()
        env.cr.rollback.assert_not_called()

    def test_anew_after_conflicts(self):
        work, env = self._work(SerializationFailure(), SerializationFailure(), 0)
        self.assertEqual(again(env, work, "Test"), 0)
        self.assertEqual(env.cr.rollback.call_count, 2)

    def test_conflict_while_flushing(self):
        work, env = self._work(1, 2)
        env.flush_all.side_effect = [SerializationFailure(), None]
        self.assertEqual(again(env, work, "Test"), 2)

    def test_last_conflict_is_raised(self):
        work, env = self._work(*[SerializationFailure()] * 3)
        with self.assertRaises(SerializationFailure):
            again(env, work, "Test", attempts=3)
        self.assertEqual(work.call_count, 3)
        self.assertEqual(env.cr.rollback.call_count, 3)

    def test_other_errors_pass(self):
        work, env = self._work(OperationalError("server closed"))
        with self.assertRaises(OperationalError):
            again(env, work, "Test")
        self.assertEqual(work.call_count, 1)
        env.cr.rollback.assert_not_called()
