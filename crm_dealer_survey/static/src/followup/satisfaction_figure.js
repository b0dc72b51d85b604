import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** The figures of a question's scale as buttons, for a thumb; the same one again takes it back. */
export class SatisfactionFigure extends Component {
    static template = "crm_dealer_survey.SatisfactionFigure";
    static props = { ...standardFieldProps };

    get figures() {
        const { kind, low, high } = this.props.record.data;
        if (kind === "compliance") {
            return [
                { value: "1", label: _t("Yes") },
                { value: "0", label: _t("No") },
            ];
        }
        return Array.from({ length: high - low + 1 }, (_none, step) => {
            const value = String(low + step);
            return { value, label: value };
        });
    }

    get chosen() {
        return this.props.record.data[this.props.name];
    }

    choose(value) {
        return this.props.record.update({
            [this.props.name]: value === this.chosen ? false : value,
        });
    }
}

registry.category("fields").add("satisfaction_figure", {
    component: SatisfactionFigure,
    displayName: _t("Figure of a Scale"),
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "kind", type: "selection" },
        { name: "low", type: "integer" },
        { name: "high", type: "integer" },
    ],
});
