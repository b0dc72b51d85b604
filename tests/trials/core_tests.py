"""Odoo's own tests, with our addons and without: which fail with ours only (P5).

A run is one server process on a copy of a database, with the tests of some modules; its log tells
what ran and what failed. Tests that need a browser are left out unless ``CORE_BROWSER`` is set:
two cores run their tours into their time limits, with our addons and without.
"""

import collections
import os
import re
import subprocess
import sys
from pathlib import Path

STARTED = re.compile(r" odoo\.addons\.(\w+)\.tests\.\S+: Starting (\w+\.\w+)")
FAILED = re.compile(r" odoo\.addons\.(\w+)\.tests\.\S+: (?:FAIL|ERROR): (?:Subtest )?(\w+\.\w+)")
# A class whose setUpClass fails runs none of its tests.
CLASS_FAILED = re.compile(r" odoo\.addons\.(\w+)\.tests\.\S+: ERROR: setUpClass \(([\w.]+)\)")
# Grouped by what they share, so that one process does not lose all when it dies.
GROUPS = [
    ["crm", "sale_crm", "sales_team", "website_crm", "phone_validation", "privacy_lookup", "utm"],
    ["survey", "portal", "loyalty", "sale_loyalty", "pos_loyalty", "rating"],
    ["event", "event_sale", "event_crm", "website_event", "calendar", "resource", "fleet", "hr_fleet"],
    ["sale", "sale_management", "product", "sale_stock", "sale_purchase", "sale_project"],
    ["hr", "hr_recruitment", "project", "purchase", "contacts", "base_import", "sms", "auditlog",
     "queue_job", "helpdesk_mgmt", "helpdesk_mgmt_sla", "helpdesk_mgmt_rating",
     "base_tier_validation", "partner_contact_birthdate", "partner_contact_gender"],
    ["mass_mailing", "mass_mailing_sms", "mass_mailing_crm", "mass_mailing_sale", "mail"],
    ["stock", "stock_account", "purchase_stock", "point_of_sale", "pos_sale"],
    ["website_sale", "website", "website_sale_loyalty", "website_sale_stock", "website_event_sale"],
    ["account"],
    ["base"],
]  # fmt: skip
Result = collections.namedtuple("Result", "ran failed")


def groups():
    """The groups to run; ``CORE_MODULES=crm,sale`` names the modules of one instead."""
    chosen = os.environ.get("CORE_MODULES")
    return [chosen.split(",")] if chosen else GROUPS


def run(database, modules, log):
    """Run the modules' tests in ``database``, which they may change; return what the log tells."""
    env = dict(os.environ)
    if not env.get("CORE_BROWSER"):
        # Where the ERP finds no browser it leaves these tests out, and says so.
        env["PATH"] = str(Path(sys.executable).parent)
        env["PATH"] += os.pathsep + _without_browser(os.environ["PATH"])
    tags = ",".join(f"/{module}" for module in modules)
    command = [sys.executable, "-m", "odoo", "server", "-d", database, "--test-tags", tags]
    command += ["--stop-after-init", "--http-port", str(_free_port()), "--max-cron-threads=0"]
    with open(log, "w") as out:
        subprocess.run(
            command, env=env, stdout=out, stderr=subprocess.STDOUT, check=False, timeout=7200
        )
    return read(log)


def _without_browser(path):
    """The folders of ``path`` that hold no browser."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    folders = [f for f in path.split(os.pathsep) if not any((Path(f) / n).exists() for n in names)]
    return os.pathsep.join(folders)


def _free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read(log):
    """``{module: Result}`` of a log."""
    found = collections.defaultdict(lambda: Result(set(), set()))
    with open(log, errors="replace") as lines:
        for line in lines:
            if hit := STARTED.search(line):
                found[hit[1]].ran.add(hit[2])
            elif hit := FAILED.search(line) or CLASS_FAILED.search(line):
                found[hit[1]].failed.add(hit[2])
    return dict(found)


def table(without, with_ours):
    """Lines of a table: module, tests, failures without and with our addons, and the new ones."""
    lines = [f"{'module':<28}{'run':>6}{'with':>6}{'failed':>8}{'with':>6}  new failures"]
    for module in sorted(without.keys() | with_ours.keys()):
        one = without.get(module, Result(set(), set()))
        two = with_ours.get(module, Result(set(), set()))
        lines.append(
            f"{module:<28}{len(one.ran):>6}{len(two.ran):>6}{len(one.failed):>8}"
            f"{len(two.failed):>6}  {', '.join(sorted(two.failed - one.failed))}".rstrip()
        )
    return lines


if __name__ == "__main__":  # core_tests.py LOG-WITHOUT LOG-WITH: the table of two logs
    print("\n".join(table(read(sys.argv[1]), read(sys.argv[2]))))
