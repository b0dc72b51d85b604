"""A job of a scheduled action in batches, each of which is kept before the next begins."""

from functools import partial

from .again import again


def in_batches(env, some):
    """Call ``some()`` until it finds nothing more to do, and commit what each call did.

    The scheduler is told after each batch that more may wait: an action whose time is up is called
    again. At the end it is told that nothing is left; else it would call again every minute.

    :param some: does a batch, and returns how much it did
    :return: whether all is done; else the action's time is up
    """
    progress = env["ir.cron"]._commit_progress
    while done := some():
        if not progress(done, remaining=1):
            return False
    progress(remaining=0)
    return True


def one_by_one(env, due):
    """Yield each of ``due``, and commit what was done for it; ends where the action's time is up.

    :param due: records or a list
    """
    progress = env["ir.cron"]._commit_progress
    progress(remaining=len(due))
    for one in due:
        yield one
        if not progress(1):
            return


def step_by_step(env, ones, step, name):
    """Call ``step(one, last)`` of each until it returns nothing more, and commit what each did.

    A step counts for the scheduler: a job that is killed often has got somewhere all the same.
    Where others wrote the same rows, a step is done again.

    :param step: given what it returned the last time, None at first
    :param str name: whose work it is, for the log
    :return: whether all is done; else the action's time is up
    """
    progress = env["ir.cron"]._commit_progress
    progress(remaining=len(ones))
    for left, one in zip(range(len(ones), 0, -1), ones, strict=True):
        last = None
        while last := again(env, partial(step, one, last), name):
            if not progress(1, remaining=left):
                return False
        if not progress(1, remaining=left - 1):
            return False
    return True
