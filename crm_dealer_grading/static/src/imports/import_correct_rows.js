import { BaseImportModel } from "@base_import/import_model";
import { ImportAction } from "@base_import/import_action/import_action";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

const SHOWN = 200;

const nothingWrong = () => ({ faults: [], wrong: 0, good: 0, imported: [], goesOnAt: 0 });

/**
 * "Import the correct rows, list the wrong ones": the server offers it for the models of dealers
 * only. The faults of all batches are gathered here and shown as messages of the import.
 */
patch(BaseImportModel.prototype, {
    async init() {
        const [offered] = await Promise.all([
            this.orm.call("base_import.import", "keeps_correct_rows", [this.resModel]),
            super.init(...arguments),
        ]);
        if (offered) {
            this.importOptionsValues.keep_correct_rows = { value: false };
        }
        this.wrongRows = nothingWrong();
        this.importedPartly = false;
    },

    async updateData() {
        this.importedPartly = false;
        this.wrongRows = nothingWrong();
        return super.updateData(...arguments);
    },

    async _callImport(dryrun, args) {
        const result = await super._callImport(...arguments);
        if (result.fault_count !== undefined) {
            this.wrongRows.faults.push(...result.faults);
            this.wrongRows.wrong += result.wrong_count;
            this.wrongRows.good += result.ids.length;
        }
        return result;
    },

    async executeImport(isTest = false) {
        const { skip, keep_correct_rows } = this.importOptionsValues;
        if (!keep_correct_rows) {
            return super.executeImport(...arguments);
        }
        const start = Number(skip.value);
        // After a pause, or a fault of the server, what was told before still holds.
        if (isTest || !this.goesOn || start !== this.wrongRows.goesOnAt) {
            this.wrongRows = nothingWrong();
            // Tells the batches of this run from those of an earlier one.
            this.importOptionsValues.keep_run = { value: Date.now() };
        }
        const data = await super.executeImport(...arguments);
        const { res } = data;
        if (isTest) {
            // Core forgets where the import is to begin: what is imported would come twice.
            this.setOption("skip", start);
        }
        this.goesOn = !isTest && Boolean(res.hasError || res.nextrow);
        this.wrongRows.goesOnAt = Number(skip.value);
        this.wrongRows.imported.push(...res.ids);
        if (this.goesOn && res.hasError && this.wrongRows.goesOnAt > 0) {
            this._addMessage("warning", [
                _t("The first %s rows of the file are done; importing again goes on after them.", skip.value),
            ]);
        }
        if (res.hasError && !keep_correct_rows.value) {
            // Core says “at multiple rows” and names none of them.
            this._addMessage("warning", [
                _t("Tick “Import the correct rows, list the wrong ones”: then each wrong row is named with its line, and the others can be imported."),
            ]);
        }
        if (this.wrongRows.wrong && !res.hasError) {
            this._tellWrongRows(isTest, res);
        }
        return data;
    },

    _tellWrongRows(isTest, res) {
        const { faults, wrong, good } = this.wrongRows;
        const values = { good, wrong };
        const title = isTest
            ? _t("%(good)s records can be imported. %(wrong)s rows are wrong:", values)
            : _t("%(good)s records were imported. %(wrong)s rows are wrong and were left out:", values);
        const lines = faults.slice(0, SHOWN).map((fault) =>
            fault.column
                ? _t("Line %(line)s, %(column)s: %(reason)s", fault)
                : _t("Line %(line)s: %(reason)s", fault)
        );
        if (faults.length > SHOWN) {
            lines.push(_t("The file to correct has all of them."));
        }
        this.importMessages = this.importMessages.filter((message) => message.type !== "info");
        this._addMessage("warning", [title, ...lines]);
        if (!isTest && !res.nextrow) {
            // The correct rows are in: nobody shall import them twice.
            this.importedPartly = true;
            // Stay here, where the wrong rows are named.
            res.hasError = true;
        }
    },
});

patch(ImportAction.prototype, {
    openImported() {
        this.openRecords(this.model.wrongRows.imported);
    },
});
