import datetime

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import DiskFull

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base_import.models.base_import import ImportValidationError

from ...tools import import_rows
from ..customer.res_partner import ACCESS
from .correct_rows import CorrectRows
from .crm_import_target import is_target

# Shown on the screen; the file that can be downloaded has all of them.
_SHOWN = 200
# The file that is being imported, as read: ``(key, rows)``. A batch is a request, and a large
# workbook takes longer to read than a batch to import. One file, until its last batch.
_last_read = None


class BaseImportImport(models.TransientModel):
    """The option to import correct rows and to list the wrong ones (C9).

    It is offered for the models of dealers, to users with a dealer role; without it, and for
    everybody else, an import is the ERP's own.
    """

    _inherit = "base_import.import"

    # And what was answered about the last batch.
    wrong_rows = fields.Json(
        readonly=True, help="Rows that were not imported, with what is wrong: for the file."
    )

    @api.model
    @api.readonly
    def keeps_correct_rows(self, model):
        """Whether the user is offered to keep correct rows in an import of ``model``."""
        return is_target(self.env, model) and self.env.user.has_group(ACCESS)

    def execute_import(self, fields, columns, options, dryrun=False):
        if not self.keeps_correct_rows(self.res_model):
            return super().execute_import(fields, columns, options, dryrun=dryrun)
        self.ensure_one()
        # Afterwards nothing can be asked for any more.
        gone = self.env._(
            "These rows were not imported: the database server went away. Import again once it is "
            "back."
        )
        try:
            if options.get("keep_correct_rows"):
                return self._import_correct_rows(fields, options, dryrun)
            return super().execute_import(fields, columns, options, dryrun=dryrun)
        except (InterfaceError, OperationalError) as error:
            if isinstance(error, DiskFull):
                gone = self.env[self.res_model]._import_no_room()
            elif not self.env.cr.closed:
                raise
            raise UserError(gone) from error

    def _answer_not_told(self, options):
        """The answer about a batch that is done: the client that asks again did not get it."""
        before = self.wrong_rows or {}
        same = before.get("run") and before["run"] == options.get("keep_run")
        if same and before.get("skip") == (options.get("skip") or 0):
            return before["answer"]
        return None

    def _import_correct_rows(self, fields, options, dryrun):
        if not dryrun and (answer := self._answer_not_told(options)):
            return answer
        model = self.env[self.res_model]
        if not model.has_access("create"):
            model.check_access("write")
        try:
            header, rows, mapped = self._rows_of_file(fields, options)
        except ImportValidationError as error:
            return {"messages": [error.__dict__]}
        paths = [path for path in fields if path]
        skip = options.get("skip") or 0
        stop = skip + self._stop_of_batch(paths, mapped[skip:], options.get("limit"))
        savepoint = self.env.cr.savepoint(flush=False)
        batch = self._load_batch(paths, mapped[skip:stop], options, savepoint)
        self._name_repetitions(batch, paths, mapped, range(skip, stop))
        batch.run()
        self.env.flush_all()
        savepoint.close(rollback=dryrun)
        if dryrun:
            # As core does: nothing that was only tried may stay in a cache.
            self.pool.clear_all_caches()
            self.pool.reset_changes()
            self.env.invalidate_all(flush=False)
        if stop >= len(mapped):
            self._forget_rows()
        found = self._keep_wrong_rows(batch, header, rows, fields, options)
        answer = {
            "ids": batch.ids,
            "messages": [],
            "name": [],
            "nextrow": stop if stop < len(mapped) else 0,
            **found,
        }
        if not dryrun:
            self.wrong_rows = {**self.wrong_rows, "skip": skip, "answer": answer}
        return answer

    # -- Reading -----------------------------------------------------------------------------

    def _rows_of_file(self, fields, options):
        """``(header, rows, columns that are mapped)`` of what the file has below its header."""
        columns = [index for index, path in enumerate(fields) if path]
        if not columns:
            # Core's words for it.
            self._convert_import_data(fields, options)
        rows = self._rows_as_read(options)
        header, rows = (rows[0], rows[1:]) if options.get("has_headers") else ([], rows)
        if rows and len(rows[0]) != len(fields):
            raise ImportValidationError(
                self.env._("Each row must have %s columns, as the first row has.", len(fields))
            )
        rows = [row for row in rows if any(row[column] for column in columns)]
        mapped = [[row[column] for column in columns] for row in rows]
        return header, rows, mapped

    def _rows_as_read(self, options):
        global _last_read  # noqa: PLW0603
        reading = ("sheet", "separator", "quoting", "encoding")
        key = (self.env.cr.dbname, self.id, hash(self.file))
        key += tuple(str(options.get(name)) for name in reading)
        known = _last_read
        if not known or known[0] != key:
            known = (key, self._read_file(options)[1])
            _last_read = known
        return known[1]

    def _forget_rows(self):
        global _last_read  # noqa: PLW0603
        _last_read = None

    def _stop_of_batch(self, paths, mapped, limit):
        return import_rows.stop_of_batch(mapped, *self._own_and_lines(paths), limit)

    def _own_and_lines(self, paths):
        """The columns of the record itself, and those of its lines."""
        model = self.env[self.res_model]
        own, lines = [], []
        for column, path in enumerate(paths):
            name = path.split("/")[0].split(".")[0]
            field = model._fields.get(name)
            (lines if field and field.type == "one2many" else own).append(column)
        return own, lines

    def _load_batch(self, paths, data, options, savepoint):
        """The batch, with its dates and numbers parsed as core does, each row for itself."""
        context = {
            "import_file": True,
            "name_create_enabled_fields": options.get("name_create_enabled_fields") or {},
            "import_set_empty_fields": options.get("import_set_empty_fields") or [],
            "import_skip_records": [],
        }
        model = self.env[self.res_model].with_context(**context)
        faults = []
        data = [list(row) for row in data]
        this = self.with_context(import_faults=faults, import_options=options)
        data = this._parse_import_data(data, paths, options)
        merged_paths, data = this._handle_multi_mapping(paths, data)
        if options.get("fallback_values"):
            data = this._handle_fallback_values(merged_paths, data, options["fallback_values"])
        batch = CorrectRows(model, merged_paths, data, savepoint)
        for row, path, reason in faults:
            batch.add_fault(row, path, reason)
        return batch

    def _parse_date_from_data(self, data, index, name, field_type, options):
        parse = super()._parse_date_from_data
        reason = self.env._("“%s” is not a date. Write it like 2026-01-31.")
        return self._parse_each(parse, data, index, reason, name, field_type, options)

    def _parse_float_from_data(self, data, index, name, options):
        parse = super()._parse_float_from_data
        reason = self.env._("“%s” is not a number.")
        return self._parse_each(parse, data, index, reason, name, options)

    def _parse_each(self, parse, data, index, reason, name, *args):
        """Core gives up at the first wrong cell; here each is named and left out."""
        faults = self.env.context.get("import_faults")
        if faults is None:
            return parse(data, index, name, *args)
        for number, line in enumerate(data):
            if line[index] in ("", None):
                continue
            value = line[index]
            try:
                parse([line], index, name, *args)
            except ImportValidationError:
                faults.append((number, name, reason % value))
                line[index] = ""
        return None

    def _name_repetitions(self, batch, paths, mapped, window):
        """What may come once in the whole file, as a VIN, and comes again."""
        for names, normalise in self.env[self.res_model]._import_unique():
            if not set(names) <= set(paths):
                continue
            columns = [paths.index(name) for name in names]
            seen = import_rows.repeated(mapped[: window.stop], columns, normalise)
            for row, first in seen:
                if row in window:
                    reason = self.env._(
                        "“%(value)s” is in line %(line)s of this file already.",
                        value=mapped[row][columns[-1]],
                        line=first + 2,
                    )
                    batch.add_fault(row - window.start, names[-1], reason)

    # -- Telling -----------------------------------------------------------------------------

    def _keep_wrong_rows(self, batch, header, rows, fields, options):
        """Keep the wrong units for the file; return what the screen shows of them."""
        skip = options.get("skip") or 0
        labels = {
            path: str(header[index]) if header else path
            for index, path in enumerate(fields)
            if path
        }
        starts = import_rows.starts(batch.data, *self._own_and_lines(batch.paths))
        told, kept = [], []
        for start, stop in zip(starts, [*starts[1:], len(batch.data)], strict=True):
            if not any(batch.faults.get(row) for row in range(start, stop)):
                continue
            for row in range(start, stop):
                found = [(labels.get(path, ""), why) for path, why in batch.faults.get(row, ())]
                # The header is the first line.
                line = skip + row + 2 if header else skip + row + 1
                told += [{"line": line, "column": name, "reason": why} for name, why in found]
                why = " ".join(f"{name}: {why}" if name else why for name, why in found)
                cells = [self._plain_cell(cell) for cell in rows[skip + row]]
                kept.append([line, why, cells])
        before = self.wrong_rows or {}
        again = before.get("run") == options.get("keep_run") and skip
        self.wrong_rows = {
            "run": options.get("keep_run"),
            "header": [str(name) for name in header],
            "rows": [*(before.get("rows", []) if again else []), *kept],
        }
        return {"faults": told[:_SHOWN], "fault_count": len(told), "wrong_count": len(kept)}

    @api.model
    def _plain_cell(self, cell):
        if isinstance(cell, datetime.datetime):
            return cell.isoformat(" ")
        return cell.isoformat() if isinstance(cell, datetime.date) else str(cell or "")
