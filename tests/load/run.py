"""make load: fifty people at once on a million customers, against bare Odoo.

See README.md beside this file.
"""

import os
import signal
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests/bench"), str(ROOT / "scripts/dev")]
sys.dont_write_bytecode = True

import build  # noqa: E402
import scratch  # noqa: E402
from report import Report  # noqa: E402


def start_odoo():
    from odoo.tools import config

    config.parse_config(["--no-http", "--log-level=error", "--max-cron-threads=0"])
    import odoo.modules.module

    odoo.modules.module.initialize_sys_path()


def main():
    start_odoo()
    # Whoever stops this stops the servers too.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(1))
    report = Report()
    begin = time.perf_counter()
    try:
        build.build()
        if os.environ.get("LOAD_UPGRADE"):
            build.upgrade()
        if os.environ.get("LOAD_BUILD_ONLY"):
            return
        title(report)
        import compare
        import soak

        (soak if soak.SECONDS else compare).measure(report)
        report.title(f"All in {(time.perf_counter() - begin) / 60:.0f} minutes")
        report.summary()
    finally:
        if not build.KEEP:
            build.drop()


def title(report):
    """What the people work on."""
    report.title(f"make load: {scratch.CONTACTS:,} contacts, {scratch.ORDERS:,} orders")
    for name in (build.BARE, build.FULL):
        [[size]] = scratch.run("SELECT pg_size_pretty(pg_database_size(%s))", [name])
        report.info(f"database {name}", size)


if __name__ == "__main__":
    main()
