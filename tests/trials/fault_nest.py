"""A process with Odoo loaded; each piece of work is done by a child of its own, as the workers of
Odoo's own server are children of one that has loaded it. A child may be killed at any instant.

Reads a task a line, ``{"work": name, "args": {…}, "out": path}``, and answers with the child's id.
The work is a function of ``fault_work``, or of another module that it names.
"""

import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path

import odoo.cli  # noqa: F401  makes the rest of Odoo importable
from odoo import SUPERUSER_ID, api, netsvc, sql_db
from odoo.modules.registry import Registry
from odoo.service.server import load_server_wide_modules
from odoo.tools import config


def do(task, database):
    """Do a piece of work and leave what it returns in its file."""
    out = Path(task["out"])
    try:
        module, _dot, name = task["work"].rpartition(".")
        work = getattr(importlib.import_module(module or "fault_work"), name)
        with Registry(database).cursor() as cr:
            context = {"tracking_disable": True}
            result = work(api.Environment(cr, SUPERUSER_ID, context), **task["args"])
        answer = {"result": result}
    except Exception:
        answer = {"error": traceback.format_exc()}
    part = out.with_suffix(".part")
    part.write_text(json.dumps(answer, default=str))
    part.rename(out)


def say(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(database):
    config.parse_config(["-d", database, "--log-level=info"], setup_logging=True)
    netsvc.init_logger()
    load_server_wide_modules()
    Registry(database)
    sql_db.close_all()
    # Nobody waits for children: they are gone once they end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    say("ready")
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                do(json.loads(line), database)
            finally:
                os._exit(0)
        say(pid)


if __name__ == "__main__":
    main(sys.argv[1])
