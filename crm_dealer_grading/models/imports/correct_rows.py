"""One batch of an import that keeps the correct rows and names the wrong ones (C9).

Core's ``load`` takes all or nothing, and after ten wrong records it stops looking. Here each
unit (a record with its lines) stands for itself: it is converted and checked, then loaded
together with many others; where the database refuses, halves are tried until the wrong unit is
alone. So correct rows cost no savepoint each, and nothing of a wrong one remains.
"""

from collections import defaultdict

import psycopg2

from odoo.exceptions import ConcurrencyError, UserError
from odoo.models import fix_import_export_id_paths
from odoo.tools import mute_logger
from odoo.tools.lru import LRU

from ...tools.alone import is_servers_fault
from .crm_import_target import ImportFault

# Records that are created together; more gain little and lose more where one is wrong.
TOGETHER = 400


class CorrectRows:
    """Loads the correct rows of ``data``; ``faults`` says ``{row: [(path, reason)]}``."""

    def __init__(self, model, paths, data, savepoint):
        self.paths = paths
        self.fields = [fix_import_export_id_paths(path) for path in paths]
        self.data = data
        self.savepoint = savepoint
        self.faults = defaultdict(list)
        self.wrong_units = set()
        self.ids = []
        self._waiting = []
        self.lines = {
            name for name, *rest in self.fields if rest and model._fields[name].type == "one2many"
        }
        made = {model._name, *(model._fields[name].comodel_name for name in self.lines)}
        self._made = made
        self.model = model.with_context(
            _import_current_module="__import__", import_flush=self._flush, import_cache=LRU(4096)
        )

    def add_fault(self, row, path, reason):
        """The first fault of a cell is told: others follow from it."""
        if not path or path not in dict(self.faults[row]):
            self.faults[row].append((path, reason))

    # -- Converting --------------------------------------------------------------------------

    def run(self):
        """Load what is correct; ``ids`` are the records, ``faults`` the rest."""
        log = []
        extracted = self.model._extract_records(self.fields, self.data, log=log.append)
        converted = self.model._convert_records(extracted, log=log.append, savepoint=self.savepoint)
        for dbid, xid, values, info in converted:
            unit = range(info["rows"]["from"], info["rows"]["to"] + 1)
            for message in log:
                self._name_conversion_fault(unit, message)
            log.clear()
            if dbid:
                values["id"] = dbid
            xid = xid and (xid if "." in xid else f"__import__.{xid}")
            self._waiting.append((unit, xid, values))
            if len(self._waiting) >= TOGETHER:
                self._flush()
        self._flush()

    def _name_conversion_fault(self, unit, message):
        path = "/".join(message.get("field_path") or [message.get("field") or ""])
        if message.get("field") not in self.lines:
            self.add_fault(unit[0], path, message["message"])
            return
        # Core does not say which cell of which line: convert each by itself.
        named = False
        for row in unit:
            for column, (first, *_rest) in enumerate(self.fields):
                if first == message["field"] and self.data[row][column]:
                    for found in self._convert_cell(row, column):
                        self.add_fault(row, self.paths[column], found["message"])
                        named = True
        if not named:
            self.add_fault(unit[0], path, message["message"])

    def _convert_cell(self, row, column):
        log, fields, data = [], [self.fields[column]], [[self.data[row][column]]]
        extracted = self.model._extract_records(fields, data)
        list(self.model._convert_records(extracted, log=log.append, savepoint=self.savepoint))
        return log

    # -- Checking and loading ----------------------------------------------------------------

    def _flush(self, *, xml_id=None, model=None):
        """Load what waits; core asks for it where a row names a record of an earlier row."""
        if not self._waiting or (model and model not in self._made):
            return
        if xml_id and xml_id not in {xid for _unit, xid, _values in self._waiting}:
            return
        units, self._waiting = self._waiting, []
        self._check(units)
        correct = [unit for unit in units if self._is_correct(unit[0])]
        if correct:
            self._load(correct)

    def _is_correct(self, unit):
        return not any(self.faults.get(row) for row in unit)

    def _check(self, units):
        values_list = [values for _unit, _xid, values in units]
        for index, path, reason in self.model._import_faults(values_list):
            self.add_fault(units[index][0][0], path, reason)
        for name in self.lines:
            self._check_lines(units, name)

    def _check_lines(self, units, name):
        columns = [index for index, (first, *_) in enumerate(self.fields) if first == name]
        rows, lines = [], []
        for unit, _xid, values in units:
            filled = [row for row in unit if any(self.data[row][column] for column in columns)]
            commands = values.get(name) or []
            for row, command in zip(filled, commands, strict=False):
                if command[0] in (0, 1) and command[2]:
                    rows.append(row)
                    lines.append(command[2])
        comodel = self.model.env[self.model._fields[name].comodel_name]
        if hasattr(comodel, "_import_faults"):
            for index, path, reason in comodel._import_faults(lines):
                self.add_fault(rows[index], f"{name}/{path}", reason)

    def _load(self, units):
        try:
            with mute_logger("odoo.sql_db"), self.model.env.cr.savepoint():
                records = self.model._load_records(
                    [
                        {"xml_id": xid, "values": dict(values), "info": {}, "noupdate": False}
                        for _unit, xid, values in units
                    ]
                )
            self.ids += records.ids
        except Exception as error:
            if isinstance(error, ConcurrencyError) or is_servers_fault(error):
                raise  # no row's fault: the whole batch is done again
            if len(units) == 1:
                self._name_refusal(units[0][0], error)
                return
            half = len(units) // 2
            self._load(units[:half])
            self._load(units[half:])

    def _name_refusal(self, unit, error):
        env, path = self.model.env, ""
        if isinstance(error, ImportFault):
            path, reason = error.path, str(error)
        elif isinstance(error, UserError):
            path, reason = getattr(error, "import_field", ""), str(error)
        elif isinstance(error, psycopg2.Error):
            model = next((m for m in self._made if env[m]._table == error.diag.table_name), None)
            reason = (env[model] if model else self.model)._sql_error_to_message(error)
            # A unique index is named after its columns.
            index = f"_{error.diag.constraint_name or ''}_"
            named = [p.split("/")[-1] for p in self.paths if f"_{p.split('/')[-1]}_" in index]
            path = error.diag.column_name or (named or [""])[-1]
        else:
            reason = env._("The row could not be read: %s", error)
        # A path of the model itself, or of its only kind of lines.
        known = [p for p in self.paths if path and p.split("/")[-1] == path.split("/")[-1]]
        path = path if path in self.paths else (known or [""])[0]
        self.add_fault(self._row_of(unit, path), path, reason)

    def _row_of(self, unit, path):
        """The row of a unit that a fault of its lines is about, as far as that can be told."""
        if "/" not in path:
            return unit[0]
        column = self.paths.index(path)
        filled = [row for row in unit if self.data[row][column]]
        return filled[0] if len(filled) == 1 else unit[0]
