import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/**
 * A verification is kept as it is noted, so it is stored with the button only: closing the
 * page, or looking at another tab, stores nothing half said.
 */
export class VerificationFormController extends FormController {
    beforeVisibilityChange() {
        return this.model.root.isNew ? undefined : super.beforeVisibilityChange();
    }

    async beforeUnload(ev) {
        return this.model.root.isNew ? undefined : super.beforeUnload(ev);
    }
}

registry.category("views").add("crm_customer_verification_form", {
    ...formView,
    Controller: VerificationFormController,
});
