"""Doing work of a job anew when somebody wrote the same rows meanwhile."""

import logging

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONFLICTS
from odoo.tools import mute_logger

_logger = logging.getLogger(__name__)


def again(env, work, name, attempts=5):
    """Call ``work()`` and flush; at a conflict take it back and do it with fresh eyes.

    What is not committed before is taken back as well: begin after a commit.

    :param str name: whose work it is, for the log
    :param int attempts: so many times at most
    :return: what ``work()`` returns
    :raise OperationalError: the conflict of the last attempt, one of ``CONFLICTS``
    """
    for attempt in range(1, attempts + 1):
        try:
            with mute_logger("odoo.sql_db"):
                done = work()
                env.flush_all()
                return done
        except CONFLICTS:
            env.cr.rollback()
            if attempt == attempts:
                raise
            _logger.info("%s: others wrote the same rows, again", name)
    return None
