"""The purchases of ``test_real_data`` and their way through the ERP's import."""

import csv
import importlib.util
import io
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

BATCH = 2000  # what the web client sends at once
DEALERS = 3
# Local times of the orders in turn: both ends of the day are inside it, in any time zone.
TIMES = [time(0, 0, 0), time(9, 30), time(19, 5, 7), time(23, 59, 59)]


class Purchase(NamedTuple):
    customer: str
    day: date
    discs: int
    amount: Fraction
    text: str


def read_purchases():
    """All purchases of the file, in its order."""
    # The package itself is not imported: it asks for much that only its models need.
    folder = Path(importlib.util.find_spec("lifetimes").origin).parent
    purchases = []
    for line in (folder / "datasets/CDNOW_sample.txt").read_text().splitlines():
        if line.strip():
            _master, customer, day, discs, text = line.split()
            day = datetime.strptime(day, "%Y%m%d").date()
            purchases.append(Purchase(customer, day, int(discs), Fraction(text), text))
    return purchases


def chosen(purchases):
    return [purchase for purchase in purchases if int(purchase.customer) % 4 == 0]


def dealer_of(customer):
    return int(customer) % DEALERS


# -- The import ------------------------------------------------------------------------------


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def import_csv(env, model, fields, rows):
    """Import ``rows`` with the base_import wizard in batches; return the ids.

    Columns are matched by hand, as the user does who changes the proposals.
    """
    wizard = env["base_import.import"].create(
        {
            "res_model": model,
            "file": as_csv([fields, *rows]),
            "file_name": "cdnow.csv",
            "file_type": "text/csv",
        }
    )
    ids, skip = [], 0
    while True:
        options = {
            "has_headers": True,
            "encoding": "utf-8",
            "separator": ",",
            "quoting": '"',
            "float_decimal_separator": ".",
            "float_thousand_separator": ",",
            "date_format": "%Y-%m-%d",
            "datetime_format": "%Y-%m-%d %H:%M:%S",
            "tracking_disable": True,
            "limit": BATCH,
            "skip": skip,
        }
        result = wizard.with_context(tracking_disable=True).execute_import(fields, fields, options)
        assert result["messages"] == []
        ids += result["ids"]
        skip = result["nextrow"]
        if not skip:
            return ids


def import_customers(env, purchases):
    """``{customer of the file: id}``; each has one of three new dealers."""
    env["crm.dealer"].create(
        [{"name": f"Record Shop {n}", "code": f"CDNOW-{n}"} for n in range(DEALERS)]
    )
    customers = sorted({purchase.customer for purchase in purchases})
    rows = [
        [f"cdnow.customer_{c}", f"CDNOW {c}", f"Record Shop {dealer_of(c)}"] for c in customers
    ]
    ids = import_csv(env, "res.partner", ["id", "name", "dealer_id"], rows)
    return dict(zip(customers, ids, strict=True))


def import_orders(env, purchases):
    """Orders, confirmed on the day of the purchase, with a line each."""
    disc = {"name": "Compact Discs", "type": "service", "taxes_id": False}
    env["product.product"]._load_records([{"xml_id": "cdnow.disc", "values": disc}])
    # Else each order gets a message for its line, as if that had been added later.
    env = env(context={**env.context, "sale_no_log_for_new_lines": True})
    fields = [
        "name",
        "partner_id/id",
        "date_order",
        "state",
        "order_line/product_id/id",
        "order_line/name",
        "order_line/product_uom_qty",
        "order_line/price_unit",
    ]
    rows = [
        [
            f"CDNOW{number:05}",
            f"cdnow.customer_{purchase.customer}",
            datetime.combine(purchase.day, TIMES[number % len(TIMES)]).isoformat(" "),
            "Sales Order",
            "cdnow.disc",
            f"{purchase.discs} discs",
            "1",
            purchase.text,
        ]
        for number, purchase in enumerate(purchases)
    ]
    return import_csv(env, "sale.order", fields, rows)
