import datetime
import io

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request

from ..models.customer.res_partner import ACCESS
from ..models.imports.crm_import_target import is_target

_WIDTH = 18


class ImportFiles(http.Controller):
    """Files around an import: templates in the user's language, rows to be corrected (C9)."""

    @http.route(
        "/crm_dealer_grading/import_template/<string:model>/<string:kind>",
        type="http",
        auth="user",
        readonly=True,
    )
    def import_template(self, model, kind):
        if not is_target(request.env, model) or not request.env.user.has_group(ACCESS):
            raise request.not_found()
        templates = request.env[model]._import_templates()
        if kind not in templates:
            raise request.not_found()
        columns = request.env[model]._import_template_sheets(kind)
        return self._file(templates[kind][0], _template(request.env, columns))

    @http.route(
        "/crm_dealer_grading/import_wrong_rows/<int:import_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def import_wrong_rows(self, import_id):
        """The rows that were not imported, with the reason; for who imported them."""
        kept = request.env["base_import.import"].search(
            [("id", "=", import_id), ("create_uid", "=", request.env.uid)]
        )
        if not kept.wrong_rows:
            raise request.not_found()
        title = request.env._("Rows to Correct")
        return self._file(title, _wrong_rows(request.env, kept.wrong_rows))

    def _file(self, title, content):
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        headers = [
            ("Content-Type", kind),
            ("Content-Disposition", content_disposition(f"{title}.xlsx")),
        ]
        return request.make_response(content, headers)


def _book():
    # What somebody typed is text, never a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    target = io.BytesIO()
    return target, xlsxwriter.Workbook(target, options)


def _write(sheet, row, column, value, date):
    if isinstance(value, datetime.date):
        sheet.write_datetime(row, column, datetime.datetime.combine(value, datetime.time()), date)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write(row, column, value)


def _template(env, columns):
    target, book = _book()
    head, date = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(env._("Data"))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, _WIDTH)
    notes = book.add_worksheet(env._("Notes"))
    notes.set_column(0, 0, 2 * _WIDTH)
    notes.set_column(1, 1, 5 * _WIDTH)
    lines = [
        (env._("Column"), env._("What is expected")),
        (
            env._("All columns"),
            env._(
                "Replace the examples by your rows. Columns that you do not need may go. A "
                "customer number or a VIN that is known already updates that record. Further "
                "vehicles of a customer follow in rows of their own, with the customer's "
                "columns left empty."
            ),
        ),
    ]
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column["header"], head)
        for row, value in enumerate(column["examples"], 1):
            _write(sheet, row, index, value, date)
        required = env._("Required.") if column["required"] else ""
        lines.append((column["header"], f"{required} {column['note']}".strip()))
    for row, line in enumerate(lines):
        for index, text in enumerate(line):
            notes.write_string(row, index, text, head if not row else None)
    book.close()
    return target.getvalue()


def _wrong_rows(env, kept):
    target, book = _book()
    head = book.add_format({"bold": True})
    sheet = book.add_worksheet(env._("Data"))
    sheet.freeze_panes(1, 0)
    names = [*kept["header"], env._("Line in the file"), env._("Please correct")]
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, head)
    for row, (line, reason, cells) in enumerate(kept["rows"], 1):
        for column, cell in enumerate([*cells, line, reason]):
            _write(sheet, row, column, cell, None)
    book.close()
    return target.getvalue()
