import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** The points of an audit's item as buttons for a thumb; a tap is kept at once. */
export class AuditPoints extends Component {
    static template = "crm_dealer_survey.AuditPoints";
    static props = { ...standardFieldProps };

    get choices() {
        const { scale, max_points: most, may_na: mayNotApply } = this.props.record.data;
        const points =
            scale === "yes_no"
                ? [
                      { points: 1, label: _t("Yes") },
                      { points: 0, label: _t("No") },
                  ]
                : Array.from({ length: most + 1 }, (_none, step) => ({
                      points: step,
                      label: String(step),
                  }));
        const choices = points.map((choice) => ({ ...choice, state: "scored" }));
        if (mayNotApply) {
            choices.push({ points: 0, state: "na", label: _t("n/a") });
        }
        return choices.map((choice) => ({ ...choice, key: `${choice.state}${choice.points}` }));
    }

    get disabled() {
        return !this.props.record.data.may_score;
    }

    isChosen({ points, state }) {
        const { data } = this.props.record;
        return data.state === state && (state === "na" || data[this.props.name] === points);
    }

    /** The same one again takes it back. */
    choose(choice) {
        const { points, state } = this.isChosen(choice) ? { points: 0, state: "open" } : choice;
        return this.props.record.update({ [this.props.name]: points, state }, { save: true });
    }
}

registry.category("fields").add("audit_points", {
    component: AuditPoints,
    displayName: _t("Points of an Audit"),
    supportedTypes: ["integer"],
    fieldDependencies: [
        { name: "state", type: "selection", readonly: false },
        { name: "scale", type: "selection" },
        { name: "max_points", type: "integer" },
        { name: "may_na", type: "boolean" },
        { name: "may_score", type: "boolean" },
    ],
});
