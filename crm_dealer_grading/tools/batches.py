"""A job of a scheduled action in batches, each of which is kept before the next begins."""


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
