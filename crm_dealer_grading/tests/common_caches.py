"""Caches of the registry that outlive a test, as far as they hold what is still true."""


class _Kept:
    """What the caches may hold again when all that happens from ``begin`` on is undone.

    A cache that nobody emptied until ``end`` holds what was true all the time. One that was
    emptied may hold what changes made true: it gets back what it held at the beginning. That it
    was emptied shows in a mark that is missing.
    """

    def __init__(self):
        self._held = {}

    def begin(self, registry):
        for cache in registry._Registry__caches.values():
            self._held[id(cache)] = cache, cache.snapshot
            cache[self] = True

    def end(self):
        for cache, _held in list(self._held.values()):
            if self in cache:
                del cache[self]
                self._held[id(cache)] = cache, cache.snapshot

    def restore(self):
        for cache, held in self._held.values():
            cache.clear()
            for key, value in held.items():
                cache[key] = value


class KeptCaches:
    """To stand before a test case of the ERP's.

    That empties all caches after each test and each class; to find rights, views and templates
    again takes longer than most tests.
    """

    @classmethod
    def setUpClass(cls):
        kept = _Kept()
        # Cleanups run backwards: what the ERP empties is emptied between these two.
        cls.addClassCleanup(kept.restore)
        super().setUpClass()
        cls.addClassCleanup(kept.end)
        kept.begin(cls.registry)

    def setUp(self):
        kept = _Kept()
        self.addCleanup(kept.restore)
        super().setUp()
        self.addCleanup(kept.end)
        kept.begin(self.registry)
