"""Files of our templates, imported over HTTP by the web client's own calls, batch by batch."""

import csv
import io
import threading
from typing import NamedTuple

from fault_work import people_of

BATCH = 100
ROWS = 600
_OPTIONS = {
    "has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8",
    "float_thousand_separator": ",", "float_decimal_separator": ".", "date_format": "",
    "datetime_format": "", "limit": BATCH, "skip": 0, "sheets": [], "sheet": "",
    "keep_matches": False, "advanced": True, "tracking_disable": True,
}  # fmt: skip


class File(NamedTuple):
    """A file of ``ROWS`` records, each of which it names by a key of its own."""

    name: str
    model: str
    paths: list
    keep: bool  # correct rows are kept, wrong ones named
    outcome: str  # a record a line
    # Rows that this finds are mistakes: a record twice or by half.
    never: str

    def content(self):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.paths)
        for n in range(ROWS):
            writer.writerow([_CELLS[path](n) for path in self.paths])
        return text.getvalue().encode()


_CELLS = {
    "id": lambda n: f"fault_customer_{n}",
    "name": lambda n: f"Fault Import {n}",
    "phone": lambda n: f"+86 139 {n + 30_000_000}",
    "email": lambda n: f"fault{n}@example.com",
    "dealer_id": lambda n: "T-IMPORT",
    "vin": lambda n: f"LFAULT{n:011d}",
    "plate": lambda n: f"F{n:07d}",
    "mileage": lambda n: str(100 + n),
    "owned_vehicle_ids/vin": lambda n: f"LFAULT{n:011d}",
    "owned_vehicle_ids/plate": lambda n: f"F{n:07d}",
    "owned_vehicle_ids/mileage": lambda n: str(100 + n),
    "work_order": lambda n: f"FAULT-{n}",
    "vehicle_id": lambda n: f"LFAULT{n:011d}",
    "date": lambda n: "2026-01-31 08:00:00",
    "visit_type": lambda n: "Maintenance",
    "stage": lambda n: "Delivered",
}
_CUSTOMERS = """SELECT p.name, p.email, v.vin, v.mileage
                  FROM res_partner p LEFT JOIN crm_vehicle v ON v.partner_id = p.id
                 WHERE p.name LIKE 'Fault Import %' ORDER BY 1, 3"""
_VEHICLES = "SELECT vin, plate, mileage FROM crm_vehicle WHERE vin LIKE 'LFAULT%' ORDER BY 1"
_VISITS = """SELECT t.work_order, v.vin, t.stage
               FROM crm_service_visit t JOIN crm_vehicle v ON v.id = t.vehicle_id
              WHERE t.work_order LIKE 'FAULT-%' ORDER BY 1"""
# A name twice; a customer who has not one vehicle with one ownership and one reading.
_NEVER_CUSTOMERS = """SELECT p.name, count(DISTINCT p.id), count(DISTINCT v.id), count(o.id)
                        FROM res_partner p LEFT JOIN crm_vehicle v ON v.partner_id = p.id
                        LEFT JOIN crm_vehicle_ownership o ON o.vehicle_id = v.id
                       WHERE p.name LIKE 'Fault Import %' GROUP BY 1
                      HAVING (count(DISTINCT p.id), count(DISTINCT v.id), count(o.id))
                             <> (1, {vehicles}, {vehicles})"""
FILES = [
    File(
        "customers", "res.partner",
        ["name", "phone", "email", "dealer_id", "owned_vehicle_ids/vin", "owned_vehicle_ids/plate",
         "owned_vehicle_ids/mileage"],
        True, _CUSTOMERS, _NEVER_CUSTOMERS.format(vehicles=1),
    ),
    File(
        "by-id", "res.partner",
        ["id", "name", "phone", "email", "dealer_id"],
        False, _CUSTOMERS, _NEVER_CUSTOMERS.format(vehicles=0),
    ),
    File(
        "vehicles", "crm.vehicle", ["vin", "plate", "dealer_id", "mileage"],
        False, _VEHICLES,
        "SELECT vin FROM crm_vehicle WHERE vin LIKE 'LFAULT%' GROUP BY 1 HAVING count(*) > 1",
    ),
    File(
        "visits", "crm.service.visit",
        ["work_order", "vehicle_id", "date", "visit_type", "stage", "dealer_id"],
        True, _VISITS,
        """SELECT work_order FROM crm_service_visit WHERE work_order LIKE 'FAULT-%'
            GROUP BY 1 HAVING count(*) > 1""",
    ),
]  # fmt: skip


def make_import(env, vehicles):
    """A dealer that the files name; if asked for, the vehicles that came for visits."""
    _dealer, people = people_of(env, "import", ROWS)
    if vehicles:
        env["crm.vehicle"].create(
            [
                {"partner_id": owner, "vin": _CELLS["vin"](n), "plate": _CELLS["plate"](n)}
                for n, owner in enumerate(people)
            ]
        )


class Import(threading.Thread):
    """Imports a file as somebody at the web client does; what was told is in ``ids``.

    ``skip`` is the row at which the client would go on, ``error`` why it stopped.
    """

    def __init__(self, web, file, skip=0):
        super().__init__(daemon=True)
        self.web, self.file, self.skip = web, file, skip
        self.ids, self.messages, self.faults, self.error = [], [], [], None
        self.upload = self._upload()

    def _upload(self):
        web, model = self.web, self.file.model
        number = web.call("base_import.import", "create", [{"res_model": model}])[0]
        web.session.post(
            f"{web.address}/base_import/set_file",
            data={"csrf_token": web.token(), "model": model, "id": number},
            files={"ufile": ("file.csv", self.file.content(), "text/csv")},
            timeout=600,
        ).raise_for_status()
        preview = web.call("base_import.import", "parse_preview", number, _OPTIONS)
        assert "error" not in preview, preview
        return number

    def run(self):
        paths = self.file.paths
        options = {**_OPTIONS, "keep_run": 1, "keep_correct_rows": self.file.keep}
        try:
            while self.skip is not None:
                answer = self.web.call(
                    "base_import.import", "execute_import", self.upload, paths, paths,
                    {**options, "skip": self.skip}, dryrun=False,
                    context={"tracking_disable": True},
                )  # fmt: skip
                self.messages += answer["messages"]
                self.faults += answer.get("faults") or []
                if self.messages:
                    return
                self.ids += answer["ids"]
                self.skip = answer["nextrow"] or None
        except (OSError, RuntimeError) as error:
            self.error = str(error)
