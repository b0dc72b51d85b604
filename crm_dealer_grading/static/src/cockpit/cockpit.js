import { Component, onMounted, onWillStart, useState } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import * as figures from "./figures";
import { FirstSteps } from "../onboarding/first_steps";
import { LineChart } from "./line_chart";

const { DateTime } = luxon;
const NAMES = ["role", "kind", "begin", "dealer", "region", "brand", "kpi"];
/** Else who is responsible for a region would always get that one. */
const ALL_REGIONS = "all";
const TOLD = ["UserError", "AccessError", "ValidationError", "MissingError"];

/** The cockpit of a role: charts first, each figure opens its records (P3). */
export class Cockpit extends Component {
    static template = "crm_dealer_grading.Cockpit";
    static components = { FirstSteps, Layout, LineChart, RecordSelector };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Cockpit");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        Object.assign(this, figures);
        this.kinds = {
            month: _t("Month"),
            quarter: _t("Quarter"),
            half: _t("Half-Year"),
            year: _t("Year"),
        };
        this.state = useState({ page: null, message: "" });
        this.asked = this.props.state?.asked || this.fromAddress();
        useSetupAction({ getLocalState: () => ({ asked: { ...this.asked } }) });
        onWillStart(() => this.load(this.asked));
        onMounted(() => this.toAddress());
    }

    get layout() {
        return { controlPanel: {} };
    }

    get filters() {
        return this.state.page.filters;
    }

    get roleName() {
        return this.state.page.roles.find(({ id }) => id === this.filters.role).name;
    }

    get title() {
        const parts = [this.roleName, this.state.page.where, this.filters.brand_name];
        return parts.filter(Boolean).join(" · ");
    }

    get printedOn() {
        return _t("Printed on %s", DateTime.now().toLocaleString(DateTime.DATETIME_MED));
    }

    // -- what is asked -----------------------------------------------------------------------

    /** The filters in the address, so that a page can be kept and shared. */
    fromAddress() {
        const params = { ...router.current, ...this.props.action.params };
        const named = NAMES.filter((name) => params[name]);
        return Object.fromEntries(named.map((name) => [name, params[name]]));
    }

    toAddress() {
        const values = NAMES.map((name) => [name, this.asked[name] || undefined]);
        this.props.updateActionState?.(Object.fromEntries(values));
    }

    /** Read the page; of two answers that overtake each other the later question's counts. */
    async load(asked) {
        const turn = (this.turn = (this.turn || 0) + 1);
        try {
            const page = await this.orm.call("crm.cockpit", "page", [asked]);
            if (turn === this.turn) {
                const found = NAMES.map((name) => [name, page.filters[name]]);
                this.asked = Object.fromEntries(found.filter(([, value]) => value));
                if (asked.region === ALL_REGIONS && !page.filters.region) {
                    this.asked.region = ALL_REGIONS;
                }
                Object.assign(this.state, { page, message: "" });
                this.toAddress();
            }
        } catch (error) {
            const told = error instanceof RPCError && TOLD.includes(error.exceptionName?.split(".").at(-1));
            if (turn !== this.turn) {
                return; // nobody waits for that answer any more
            }
            if (!told) {
                throw error;
            }
            Object.assign(this.state, { page: null, message: error.data.message });
        }
    }

    set(values) {
        return this.load({ ...this.asked, ...values });
    }

    setRegion(id) {
        return this.set({ region: id || ALL_REGIONS, dealer: false });
    }

    startAnew() {
        return this.load({});
    }

    setRole(role) {
        return this.set({ role, kpi: false });
    }

    /** A choice that could not be carried out does not stay in the list. */
    async choose(select, values, shown) {
        try {
            await this.set(values);
        } finally {
            select.value = shown() ?? select.value;
        }
    }

    setKind({ target }) {
        return this.choose(target, { kind: target.value }, () => this.state.page?.filters.kind);
    }

    setKpi({ target }) {
        const shown = () => this.state.page?.cards.find(({ id }) => id === "ranking")?.kpi;
        return this.choose(target, { kpi: Number(target.value) }, shown);
    }

    // -- what is opened ----------------------------------------------------------------------

    /** The records behind a figure, and those alone. */
    async open({ action, domain, id, name }) {
        const found = await this.action.loadAction(action);
        const opened = { ...found, name, display_name: name, domain: domain || [], context: {} };
        if (id) {
            return this.action.doAction(opened, { viewType: "form", props: { resId: id } });
        }
        const list = found.views.some(([, type]) => type === "list");
        return this.action.doAction(opened, list ? { viewType: "list" } : {});
    }

    // -- how it is drawn ---------------------------------------------------------------------

    share(card, bar) {
        const most = card.unit === "percent" ? 100 : Math.max(1, ...card.bars.map(({ value }) => value));
        return Math.min(100, Math.max(0, (100 * bar.value) / most));
    }

    targetAt(card, bar) {
        return card.unit === "percent" && bar.target ? Math.min(100, bar.target) : null;
    }

    barWords(card, bar) {
        const parts = [card.unit ? this.figure(bar.value, card.unit) : this.count(bar)];
        if (bar.of) {
            parts.push(_t("of %s", this.figure(bar.of)));
        }
        if (card.kind === "funnel" && card.bars[0].value) {
            parts.push(this.figure((100 * bar.value) / card.bars[0].value, "percent"));
        }
        if (bar.target) {
            parts.push(_t("target %s", this.figure(bar.target, card.unit)));
        }
        return parts.join(" · ");
    }

    tileWords(tile) {
        const parts = [];
        if (tile.few) {
            parts.push(_t("too few cases"));
        }
        if (tile.target !== null) {
            parts.push(`${figures.MARKS[tile.standing]} ${figures.STANDINGS[tile.standing]}: ${this.figure(tile.target, tile.unit)}`);
        }
        return parts.join(" · ");
    }

    trendWords(tile) {
        if (!tile.trend) {
            return tile.note;
        }
        return `${figures.ARROWS[tile.trend]} ${this.difference(tile.change, tile.unit)} (${figures.TRENDS[tile.trend]})`;
    }

    rankWords(tile) {
        return tile.rank ? _t("Rank %(rank)s of %(number)s", { rank: tile.rank[0], number: tile.rank[1] }) : "";
    }

    meanWords(tile) {
        return tile.means.map(({ label, value }) => `${label} ${this.figure(value, tile.unit)}`).join(" · ");
    }

    /** A small curve of 100 × 28; gaps where nothing was measured. */
    curve(tile) {
        const known = tile.curve.filter((value) => value !== null);
        const [low, high] = [Math.min(...known), Math.max(...known)];
        const points = tile.curve.map((value, at) => [at, value]).filter(([, value]) => value !== null);
        const place = ([at, value]) => [
            (at / (tile.curve.length - 1)) * 96 + 2,
            high === low ? 14 : 25 - ((value - low) / (high - low)) * 22,
        ];
        const runs = [];
        for (const point of points) {
            if (runs.at(-1)?.at(-1)[0] === point[0] - 1) {
                runs.at(-1).push(point);
            } else {
                runs.push([point]);
            }
        }
        return {
            runs: known.length > 1 ? runs.map((run) => run.map((point) => place(point).map((n) => n.toFixed(1)).join(",")).join(" ")) : [],
            last: points.length ? place(points.at(-1)) : null,
        };
    }

    cellWords(cell, column) {
        return `${this.figure(cell.value, column.unit)}${cell.standing ? " " + figures.MARKS[cell.standing] : ""}`;
    }

    cellSpoken(row, cell, column) {
        const parts = [row.label, column.label, this.figure(cell.value, column.unit)];
        if (cell.standing) {
            parts.push(`${figures.STANDINGS[cell.standing]} ${this.figure(cell.target, column.unit)}`);
        }
        if (cell.trend) {
            parts.push(figures.TRENDS[cell.trend]);
        }
        if (cell.few) {
            parts.push(_t("too few cases"));
        }
        return parts.join(", ");
    }

    /** Where an interval lies on a scale that holds all of them, in percent. */
    span(card, line) {
        const values = card.lines.flatMap((one) => [one.value, one.low ?? one.value, one.high ?? one.value]);
        const [from, to] = [Math.min(...values), Math.max(...values)];
        const at = (value) => (to === from ? 50 : (100 * (value - from)) / (to - from));
        const [low, high] = [line.low ?? line.value, line.high ?? line.value];
        return { at: at(line.value), low: at(low), width: at(high) - at(low) };
    }

    hiddenWords(card) {
        return _t("%s dealers between", card.hidden);
    }

    fewWords(card) {
        return _t("%s dealers with too few cases, or another questionnaire, are not ranked.", card.few);
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("crm_dealer_grading.cockpit", Cockpit);
