"""Files that are imported as the web client does it."""

import csv
import io

import xlsxwriter

from .common import DealerCommon

OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "date_format": "",
    "datetime_format": "",
    "limit": 2000,
    "skip": 0,
    "sheets": [],
    "sheet": "",
    "keep_matches": False,
}


class ImportCase(DealerCommon):
    """Runs whole files through preview and import, in batches, as a role and in a language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Testbrand"})
        other = cls.env["fleet.vehicle.model.brand"].create({"name": "Otherbrand"})
        cls.model = cls.env["fleet.vehicle.model"].create({"name": "One", "brand_id": brand.id})
        cls.env["fleet.vehicle.model"].create(
            [{"name": "Same", "brand_id": brand.id}, {"name": "Same", "brand_id": other.id}]
        )

    @classmethod
    def _csv(cls, rows):
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()

    @classmethod
    def _xlsx(cls, rows):
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"strings_to_urls": False})
        sheet = book.add_worksheet("Data")
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
        book.close()
        return target.getvalue()

    def _upload(self, login, model, content, lang="en_US"):
        kind = "text/csv"
        if content[:2] == b"PK":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.users[login].sudo().lang = lang
        env = self.env(user=self.users[login], su=False, context={"lang": lang})
        return env["base_import.import"].create(
            {"res_model": model, "file": content, "file_name": "file", "file_type": kind}
        )

    def _preview(self, upload, **options):
        preview = upload.parse_preview({**OPTIONS, **options})
        self.assertNotIn("error", preview)
        matches = preview["matches"] or {}
        fields = [
            "/".join(matches[i]) if i in matches else False for i in range(len(preview["headers"]))
        ]
        return preview, fields

    def _import(self, upload, dryrun=False, keep=True, seen=None, **given):
        """What the client does, batch after batch; the answers added up.

        :param seen: what ``_preview`` gave, if it was asked before
        """
        preview, fields = seen or self._preview(upload, **given)
        options = {**preview["options"], "keep_run": 1, **given}
        if keep:
            options["keep_correct_rows"] = True
        total = {"ids": [], "messages": [], "faults": [], "wrong_count": 0}
        while True:
            columns = [header.strip().lower() for header in preview["headers"]]
            answer = upload.with_context(tracking_disable=True).execute_import(
                fields, columns, dict(options), dryrun=dryrun
            )
            for name in total:
                total[name] += answer.get(name) or type(total[name])()
            if not answer.get("nextrow"):
                return total
            options["skip"] = answer["nextrow"]

    def _labels(self, model, paths, lang="en_US"):
        env = self.env(context={"lang": lang})
        return [env[model]._import_column(path, "")["header"] for path in paths]
