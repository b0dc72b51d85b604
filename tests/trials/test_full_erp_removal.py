"""Installed on others' data, used, upgraded, removed: nothing is another than before (P5).

What is left is looked for in the whole database, not in places that somebody thought of.
"""

import os

import full_erp
import pytest
import traces
from test_install import LIFE, SURVEY_LIFE

GRADING, CLUB, SURVEY = full_erp.OURS
ORDERS = {
    "survey first": [SURVEY, CLUB, GRADING],
    "club first": [CLUB, SURVEY, GRADING],
    "grading, which takes all": [GRADING],
}
# Values that are no data of anybody: when a row was written; what was used last.
IGNORED = {
    "*": {"write_date", "write_uid"},
    "ir_cron": {"lastcall", "nextcall", "failure_count", "first_failure_date"},
    "ir_module_module": {
        # The list of modules is read anew from the disk; that ours were there once.
        "state", "latest_version", "demo", "icon", "description", "summary", "shortdesc",
    },
    "ir_model": {"info"},
}  # fmt: skip
