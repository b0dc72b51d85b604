import { onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";

const CHANNEL = "crm_dealer_rescue_board";
const MINUTE = 60_000;

/** Board of rescues: looks again when the server says that one changed, and every minute. */
export class RescueBoardController extends KanbanController {
    setup() {
        super.setup();
        this.bus = useService("bus_service");
        const look = () => this.look();
        this.bus.subscribe(CHANNEL, look);
        // Messages may have been missed while the line was down.
        this.bus.addEventListener("BUS:RECONNECT", look);
        this.bus.addChannel(CHANNEL);
        this.bus.start();
        const clock = setInterval(look, MINUTE);
        onWillUnmount(() => {
            clearInterval(clock);
            this.bus.unsubscribe(CHANNEL, look);
            this.bus.removeEventListener("BUS:RECONNECT", look);
            this.bus.deleteChannel(CHANNEL);
        });
    }

    /** Read the board again, unless somebody moves or marks a card right now. */
    async look() {
        const busy = document.querySelector(".o_dragged, .o_kanban_quick_create");
        if (document.hidden || busy || this.model.root?.selection?.length) {
            return;
        }
        await this.model.load();
    }
}

registry.category("views").add("crm_dealer_rescue_board", {
    ...kanbanView,
    Controller: RescueBoardController,
});
