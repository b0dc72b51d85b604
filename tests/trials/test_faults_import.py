"""A file is imported in batches over HTTP, as the web client does; the server is killed between and
within them. Whoever starts the file over finds each customer and each vehicle once (C9).
"""

import csv
import io
import random
import threading
import time

import pytest
import requests
from fault_server import serve

ROWS, BATCH = 300, 60
HEADER = ["name", "phone", "email", "dealer_id", "owned_vehicle_ids/vin", "owned_vehicle_ids/plate"]


def content():
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for n in range(ROWS):
        writer.writerow(
            [f"Fault import {n}", f"+86 137 {n:08d}", f"fi{n}@example.com", "T-IMP",
             f"LFALT{n:012d}", f"FI{n:05d}"]
        )  # fmt: skip
    return text.getvalue().encode()


def import_file(web):
    """Upload and import from the beginning; raises where the server goes away."""
    values = {"res_model": "res.partner", "file_name": "faults.csv", "file_type": "text/csv"}
    number = web.call("base_import.import", "create", values)
    web.session.post(
        f"{web.address}/base_import/set_file",
        data={"id": number, "csrf_token": web.token()},
        files={"ufile": ("faults.csv", content(), "text/csv")},
        timeout=600,
    ).raise_for_status()
    options = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8",
               "limit": BATCH, "skip": 0, "keep_correct_rows": True}  # fmt: skip
    while True:
        answer = web.call(
            "base_import.import", "execute_import", number, HEADER, HEADER, dict(options)
        )
        assert not answer["messages"], answer["messages"]
        assert not answer.get("wrong_count"), answer
        if not answer["nextrow"]:
            return
        options["skip"] = answer["nextrow"]


def found(site):
    return site.sql(
        """SELECT count(*), count(DISTINCT p.name), count(DISTINCT v.vin), count(v.id)
             FROM res_partner p LEFT JOIN crm_vehicle v ON v.partner_id = p.id
            WHERE p.name LIKE 'Fault import %'"""
    )[0]


@pytest.mark.parametrize("victim", ["odoo", "postmaster"])
def test_killed_import_is_started_over(site, victim):
    site.restore()
    site.call("make_dealer", code="T-IMP")
    chance = random.Random(victim)
    seen = []
    for wanted in (1, BATCH + 1, 3 * BATCH):
        with serve(site) as web:
            web.sign_in("admin")
            errors = []

            def work(web=web, errors=errors):
                try:
                    import_file(web)
                except (requests.RequestException, RuntimeError, ValueError) as error:
                    errors.append(error)

            thread = threading.Thread(target=work)
            thread.start()
            deadline = time.monotonic() + 300
            while found(site)[0] < wanted - 1 and thread.is_alive():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            time.sleep(chance.uniform(0.2, 3))
            if victim == "odoo":
                web.kill()
            else:
                site.cluster.kill()
                site.cluster.start()
            thread.join(600)
        seen.append(found(site)[0])
        customers, names, vins, vehicles = found(site)
        assert customers == names == vins == vehicles, "no half batch, nobody twice"
        assert customers % BATCH == 0, "whole batches"
    with serve(site) as web:
        web.sign_in("admin")
        import_file(web)
    assert found(site) == (ROWS,) * 4
    print(f"\nimport, {victim}: rows there after each kill", *seen)
