"""Odoo's own tests, with our addons and without: which fail with ours only (P5).

A run is one pytest process on a database that has all modules, where each test begins with what is
there and takes back what it did. Tests that need a browser are left out unless ``CORE_BROWSER`` is
set: two cores run their tours into their time limits, with our addons and without.
"""

import collections
import os
import subprocess
import sys
from pathlib import Path

from lxml import etree

from odoo.tools import config

# Grouped by what they share, so that one process does not lose all when it dies.
GROUPS = [
    ["crm", "sale_crm", "sales_team", "website_crm", "phone_validation", "privacy_lookup", "utm"],
    ["survey", "portal", "loyalty", "sale_loyalty", "pos_loyalty", "rating"],
    ["event", "event_sale", "event_crm", "website_event", "calendar", "resource", "fleet",
     "hr_fleet"],
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


def run(database, modules, report):
    """Run the modules' tests in ``database``; return what the ``report`` (a file) tells."""
    env = dict(os.environ)
    if not env.get("CORE_BROWSER"):
        # Where the ERP finds no browser it leaves these tests out, and says so.
        env["PATH"] = _without_browser(os.environ["PATH"])
    folders = filter(None, map(tests_of, modules))
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider"]
    command += ["-c", os.devnull, "-o", "junit_family=xunit1", f"--junitxml={report}"]
    command += ["--odoo-http", f"--odoo-database={database}", *map(str, folders)]
    with open(f"{report}.log", "w") as out:
        subprocess.run(
            command, env=env, stdout=out, stderr=subprocess.STDOUT, check=False, timeout=7200
        )
    return read(report)


def tests_of(module):
    """The folder of a module's tests; None where there are none."""
    for place in config["addons_path"]:
        folder = Path(place) / module / "tests"
        if folder.is_dir():
            return folder
    return None


def _without_browser(path):
    """The folders of ``path`` that hold no browser."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    folders = [f for f in path.split(os.pathsep) if not any((Path(f) / n).exists() for n in names)]
    return os.pathsep.join(folders)


def read(report):
    """``{module: Result}`` of a report; what was skipped did not run."""
    found = collections.defaultdict(lambda: Result(set(), set()))
    for case in etree.parse(report).iter("testcase"):
        place = case.get("file").split("/")
        module = place[place.index("tests") - 1]
        name = f"{case.get('classname').rpartition('.')[2]}.{case.get('name')}"
        if case.find("skipped") is None:
            found[module].ran.add(name)
        if case.find("failure") is not None or case.find("error") is not None:
            found[module].failed.add(name)
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


if __name__ == "__main__":  # core_tests.py WITHOUT WITH: the table of two reports
    print("\n".join(table(read(sys.argv[1]), read(sys.argv[2]))))
