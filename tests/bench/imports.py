"""A file of customers with vehicles, imported in batches as the web client does (C9)."""

import csv
import io
import time

from regrade import environment, peak_memory, reset_peak_memory
from report import step
from scratch import scaled

ROWS = min(scaled(50_000), 50_000)
BATCH = 2000
HEADER = [
    "name",
    "phone",
    "email",
    "dealer_id",
    "owned_vehicle_ids/vin",
    "owned_vehicle_ids/plate",
    "owned_vehicle_ids/purchase_date",
    "owned_vehicle_ids/mileage",
]
GOAL = 100  # rows a second: 50,000 rows in the time of a coffee break


def content(wrong_each):
    """The file; each ``wrong_each``-th row is wrong, no row where it is 0."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for n in range(ROWS):
        wrong = wrong_each and n % wrong_each == 7
        dealer = "nowhere" if wrong else f"BD{n % 200:03d}"
        writer.writerow(
            [
                f"Import {n}",
                f"+86 139 {n:08d}",
                f"import{n}@example.com",
                dealer,
                f"LBENCH{wrong_each:04d}{n:07d}",
                f"BENCH{wrong_each}{n}",
                "2025-03-01",
                str(100 + n),
            ]
        )
    return text.getvalue().encode()


def import_file(wrong_each, keep):
    """Seconds, records made and rows named as wrong."""
    options = {
        "has_headers": True,
        "quoting": '"',
        "separator": ",",
        "encoding": "utf-8",
        "limit": BATCH,
        "skip": 0,
        "keep_correct_rows": keep,
    }
    values = {"res_model": "res.partner", "file_name": "bench.csv", "file_type": "text/csv"}
    with environment(2) as env:
        upload = env["base_import.import"].create({**values, "file": content(wrong_each)}).id
    begin, made, wrong = time.perf_counter(), 0, 0
    while True:
        with environment(2) as env:  # each batch is a request of its own
            model = env["base_import.import"].with_context(tracking_disable=True)
            answer = model.browse(upload).execute_import(HEADER, HEADER, dict(options))
        assert not answer["messages"], answer["messages"]
        made += len(answer["ids"])
        wrong += answer.get("wrong_count", 0)
        if not answer["nextrow"]:
            return time.perf_counter() - begin, made, wrong
        options["skip"] = answer["nextrow"]


def measure(report):
    with environment() as env:
        group = env.ref("crm_dealer_grading.group_oem_manager")
        env["res.users"].browse(2).group_ids += group
    report.title(f"Import of {ROWS:,} customers with a vehicle each, in batches of {BATCH:,}")
    for name, wrong_each, keep in (
        ("the ERP's own", 0, False),
        ("correct rows kept, none wrong", 0, True),
        ("correct rows kept, one in a hundred wrong", 100, True),
    ):
        step(f"importing: {name}")
        reset_peak_memory()
        before = peak_memory()
        with environment() as env:
            # Each run brings other vehicles: those of the run before shall not be found again.
            env.cr.execute("UPDATE crm_vehicle SET vin = NULL WHERE vin LIKE 'LBENCH%'")
        taken, made, wrong = import_file(wrong_each, keep)
        report.judge(f"{name}, rows a second", ROWS / taken, GOAL, "", at_least=True)
        report.info(f"{name}, more memory", f"{peak_memory() - before:.0f} MB")
        expected = len(range(7, ROWS, wrong_each)) if wrong_each else 0
        report.expect(f"{name}, rows named as wrong", wrong, expected)
        report.expect(f"{name}, customers made", made, ROWS - expected)
