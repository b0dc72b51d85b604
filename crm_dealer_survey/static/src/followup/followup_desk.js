import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/**
 * The next call takes the place of the one that was made: the way back leads to the list, not
 * through all the calls of the day, which are closed.
 */
export class FollowupDeskController extends FormController {
    async beforeExecuteActionButton(clickParams) {
        clickParams.stackPosition = "replaceCurrentAction";
        return super.beforeExecuteActionButton(clickParams);
    }
}

registry.category("views").add("crm_followup_desk_form", {
    ...formView,
    Controller: FollowupDeskController,
});
