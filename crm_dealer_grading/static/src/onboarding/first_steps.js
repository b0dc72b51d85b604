import { Component, onWillStart, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const PANEL = "onboarding.onboarding";
const STEP = "onboarding.onboarding.step";

/** The first steps of a network, above the cockpit; nothing for who is not shown them. */
export class FirstSteps extends Component {
    static template = "crm_dealer_grading.FirstSteps";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({ panel: false });
        onWillStart(async () => {
            this.state.panel = await this.orm.call(PANEL, "dealer_panel", []);
        });
    }

    get heading() {
        const { done, total } = this.state.panel;
        return _t("First steps: %(done)s of %(total)s done", { done, total });
    }

    async open(model, method) {
        return this.action.doAction(await this.orm.call(model, method, []));
    }

    openStep(step) {
        return this.open(STEP, step.action);
    }

    becomeDealer() {
        return this.open("crm.dealer", "action_company_is_dealer");
    }

    close() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Close the first steps?"),
            body: _t("They are closed for good, for everybody in this company. What they open stays in the menus."),
            confirmLabel: _t("Close for Good"),
            confirm: async () => {
                await this.orm.call(PANEL, "dealer_panel_close", []);
                this.state.panel = false;
            },
            cancel: () => {},
        });
    }
}
