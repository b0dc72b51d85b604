"""Work that a transaction collects and does once, just before its commit."""


def collect(cr, key, ids, work):
    """Let ``work(cr, sorted ids)`` run before the commit, for all ids collected under ``key``."""
    if not ids:
        return
    precommit = cr.precommit
    if key not in precommit.data:
        precommit.data[key] = set()

        def run():
            collected = precommit.data.pop(key, None)
            if collected:
                work(cr, sorted(collected))

        precommit.add(run)
    precommit.data[key].update(ids)
