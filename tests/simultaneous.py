"""Several who act at the same instant, each on a connection of their own."""

import threading

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tools import mute_logger


def at_once(registry, works, user_ids=None):
    """Run the works, functions of an environment, from one instant on; return what came of each.

    ``"done"``, or the refusal's text. A work that meets another one is repeated at once, as the
    server does after a pause.
    """
    barrier, outcomes = threading.Barrier(len(works)), [None] * len(works)
    user_ids = user_ids or [SUPERUSER_ID] * len(works)

    def run(index, work, user_id):
        with registry.cursor() as cr:
            cr.execute("SELECT 1 FROM res_company LIMIT 1")  # the snapshot is taken
            barrier.wait(30)
            for _attempt in range(5):
                env = api.Environment(cr, user_id, {"tracking_disable": True})
                try:
                    with mute_logger("odoo.sql_db"):
                        work(env)
                        cr.commit()
                    outcomes[index] = "done"
                    break
                except psycopg2.errors.SerializationFailure:
                    cr.rollback()
                    env.transaction.reset()
                except UserError as error:
                    cr.rollback()
                    outcomes[index] = str(error)
                    break

    actors = zip(range(len(works)), works, user_ids, strict=True)
    threads = [threading.Thread(target=run, args=actor) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


class Killed(BaseException):
    """What a killed worker feels like: nothing catches it."""


def commits(monkeypatch, env, until=None):
    """Let jobs commit for real, and be killed at the commit number ``until``."""
    made = []

    def commit(self, processed=0, **_kwargs):
        if until is not None and len(made) == until:
            raise Killed
        made.append(processed)
        self.env.cr.commit()
        return float("inf")

    monkeypatch.setattr(type(env["ir.cron"]), "_commit_progress", commit)
