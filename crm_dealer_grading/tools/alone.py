"""A piece of a job beside others: where it fails, the others are done all the same."""

import logging

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import QueryCanceled

_logger = logging.getLogger(__name__)
# No piece's fault: somebody wrote the same rows, the database server is away, its disk is full. A
# statement that takes too long may be quick for half of the pieces.
_SERVERS_FAULT = (OperationalError, InterfaceError, MemoryError)


def is_servers_fault(error):
    """Whether whoever is next would meet the error as well."""
    return isinstance(error, _SERVERS_FAULT) and not isinstance(error, QueryCanceled)


def each_alone(env, work, pieces, complaint):
    """Call ``work(pieces)`` in a savepoint; where that fails, for each half of them, and so on.

    :param pieces: records or a list
    :param str complaint: what is said in the log before the one piece that fails
    :return: those that fail; what was done for them is taken back
    :raise OperationalError: a conflict, or the database server cannot go on: whoever is next would
        fail as well, and nobody shall count as failed for it. The whole batch is done again
    """
    if not pieces:
        return pieces
    try:
        with env.cr.savepoint():
            work(pieces)
    except Exception as error:
        if is_servers_fault(error):
            raise
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
