import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

/** How far the audit is, and the next open item in the same form. */
export class AuditNext extends Component {
    static template = "crm_dealer_survey.AuditNext";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
    }

    get progress() {
        const { answered_count: answered, answer_count: count } = this.props.record.data;
        return { answered, count, share: count ? (100 * answered) / count : 0 };
    }

    async next() {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const id = await this.orm.call(record.resModel, "next_open_id", [[record.resId]]);
        if (id) {
            await record.model.load({ resId: id });
        } else {
            this.notification.add(_t("All items are scored. Go back and finish the audit."), {
                type: "success",
            });
        }
    }
}

registry.category("view_widgets").add("audit_next", {
    component: AuditNext,
    fieldDependencies: [
        { name: "answered_count", type: "integer" },
        { name: "answer_count", type: "integer" },
    ],
});
