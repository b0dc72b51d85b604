"""One piece of a job beside others: where it fails, the others are done all the same."""

import logging

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONFLICTS

_logger = logging.getLogger(__name__)


def alone(env, work, complaint):
    """Call ``work()`` in a savepoint; what fails is taken back and logged.

    :param str complaint: what it means that it failed, for the log
    :return: whether it is done
    :raise OperationalError: a conflict, one of ``CONFLICTS``: the whole batch is done again
    """
    try:
        with env.cr.savepoint():
            work()
    except CONFLICTS:
        raise
    except Exception:
        _logger.exception("%s", complaint)
        return False
    return True
