import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useRef, useState } from "@odoo/owl";

/** Number of photos, and a button that opens the camera of a phone. */
export class AuditPhoto extends Component {
    static template = "crm_dealer_survey.AuditPhoto";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.input = useRef("input");
        this.work = useState({ sending: false });
    }

    get title() {
        return this.props.record.data.photo_missing ? _t("Photo required") : _t("Take a photo");
    }

    async add(ev) {
        const files = [...ev.target.files];
        const { record } = this.props;
        this.work.sending = true;
        try {
            await record.save();
            for (const file of files) {
                const [, image] = (await getDataURLFromFile(file)).split(",");
                await this.orm.call(record.resModel, "add_photo", [[record.resId], image, file.name]);
            }
            await record.load();
        } finally {
            this.work.sending = false;
            ev.target.value = "";
        }
    }
}

registry.category("fields").add("audit_photo", {
    component: AuditPhoto,
    displayName: _t("Photos of an Audit"),
    supportedTypes: ["integer"],
    fieldDependencies: [
        { name: "photo_missing", type: "boolean" },
        { name: "may_score", type: "boolean" },
    ],
});
