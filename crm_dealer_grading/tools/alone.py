"""A piece of a job beside others: where it fails, the others are done all the same."""

import logging

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONFLICTS

_logger = logging.getLogger(__name__)


def each_alone(env, work, pieces, complaint):
    """Call ``work(pieces)`` in a savepoint; where that fails, for each half of them, and so on.

    :param pieces: records or a list
    :param str complaint: what is said in the log before the one piece that fails
    :return: those that fail; what was done for them is taken back
    :raise OperationalError: a conflict, one of ``CONFLICTS``: the whole batch is done again
    """
    if not pieces:
        return pieces
    try:
        with env.cr.savepoint():
            work(pieces)
    except CONFLICTS:
        raise
    except Exception:
        if len(pieces) == 1:
            _logger.exception("%s %s", complaint, pieces[0])
            return pieces
        half = len(pieces) // 2
        return each_alone(env, work, pieces[:half], complaint) + each_alone(
            env, work, pieces[half:], complaint
        )
    return pieces[:0]


def alone(env, work, complaint):
    """Call ``work()`` in a savepoint; what fails is taken back and logged, see above.

    :return: whether it is done
    """
    return not each_alone(env, lambda _name: work(), [complaint], "Failed:")
