import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;
const CHANNEL = "crm_dealer_workshop_board";
const ROWS = 8;
const SECONDS_A_PAGE = 10;

/** Waiting-room board of a dealer: reads again whenever the server says that something changed. */
export class WorkshopBoard extends Component {
    static template = "crm_dealer_grading.WorkshopBoard";
    static props = { ...standardActionServiceProps };
    static displayName = _t("Waiting-Room Board");
    static target = "fullscreen";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.state = useState({
            dealers: [],
            dealerId: false,
            board: { dealer: "", tz: "local", visits: [] },
            now: DateTime.now(),
            page: 0,
            connected: true,
        });
        this.listen();
        onWillStart(() => this.begin());
        onWillDestroy(() => this.stop());
    }

    listen() {
        this.onNews = ({ dealer_id }) => {
            if (dealer_id === this.state.dealerId) {
                this.load();
            }
        };
        // Messages may have been missed while the line was down.
        this.onConnect = () => {
            this.state.connected = true;
            this.load();
        };
        this.onDisconnect = () => (this.state.connected = false);
        this.bus.subscribe(CHANNEL, this.onNews);
        this.bus.addEventListener("BUS:CONNECT", this.onConnect);
        this.bus.addEventListener("BUS:RECONNECT", this.onConnect);
        this.bus.addEventListener("BUS:DISCONNECT", this.onDisconnect);
        this.clock = setInterval(() => this.tick(), 1000);
    }

    /** The board of the dealer that is asked for, or of the only one; else there is a choice. */
    async begin() {
        const context = this.props.action.context || {};
        let dealerId = this.props.action.params?.dealer_id || context.active_id || false;
        if (!dealerId) {
            this.state.dealers = await this.orm.call("crm.dealer", "get_board_dealers", []);
            if (this.state.dealers.length === 1) {
                dealerId = this.state.dealers[0].id;
            }
        }
        if (dealerId) {
            await this.choose(dealerId);
        }
    }

    stop() {
        clearInterval(this.clock);
        this.bus.unsubscribe(CHANNEL, this.onNews);
        this.bus.removeEventListener("BUS:CONNECT", this.onConnect);
        this.bus.removeEventListener("BUS:RECONNECT", this.onConnect);
        this.bus.removeEventListener("BUS:DISCONNECT", this.onDisconnect);
        if (this.state.dealerId) {
            this.bus.deleteChannel(`${CHANNEL}_${this.state.dealerId}`);
        }
    }

    async choose(dealerId) {
        this.state.dealerId = dealerId;
        await this.load();
        this.bus.addChannel(`${CHANNEL}_${dealerId}`);
        this.bus.start();
    }

    /** Read the board; of two answers that overtake each other the later question's counts. */
    async load() {
        if (!this.state.dealerId) {
            return;
        }
        const turn = (this.turn = (this.turn || 0) + 1);
        const board = await this.orm.silent.call("crm.dealer", "get_board", [
            [this.state.dealerId],
        ]);
        if (turn === this.turn) {
            this.state.board = board;
            this.state.page = Math.min(this.state.page, this.pages - 1);
        }
    }

    tick() {
        const before = this.local(this.state.now);
        this.state.now = DateTime.now();
        const now = this.local(this.state.now);
        if (!before.hasSame(now, "day")) {
            this.load();
        }
        if (this.pages > 1 && now.second % SECONDS_A_PAGE === 0) {
            this.state.page = (this.state.page + 1) % this.pages;
        }
    }

    local(moment) {
        return moment.setZone(this.state.board.tz);
    }

    get pages() {
        return Math.max(1, Math.ceil(this.state.board.visits.length / ROWS));
    }

    get rows() {
        return this.state.board.visits.slice(this.state.page * ROWS, (this.state.page + 1) * ROWS);
    }

    get time() {
        return this.local(this.state.now).toFormat("HH:mm");
    }

    get day() {
        return this.local(this.state.now).toLocaleString(DateTime.DATE_FULL);
    }

    promised(visit) {
        if (!visit.promised) {
            return "";
        }
        const moment = this.local(DateTime.fromSQL(visit.promised, { zone: "utc" }));
        const sameDay = moment.hasSame(this.local(this.state.now), "day");
        return moment.toFormat(sameDay ? "HH:mm" : "MM-dd HH:mm");
    }

    isLate(visit) {
        return (
            visit.stage !== "delivered" &&
            visit.promised &&
            DateTime.fromSQL(visit.promised, { zone: "utc" }) < this.state.now
        );
    }

    close() {
        this.action.doAction("crm_dealer_grading.crm_service_visit_action", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("actions").add("crm_dealer_workshop_board", WorkshopBoard);
