import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { QuadrantChart } from "./quadrant_chart";
import * as figures from "./weak_figures";
import { days, PERIODS, step, STEPPED, words } from "./weak_period";

const { DateTime } = luxon;
const VERSION = "crm.satisfaction.version";

/** Weak points: importance × satisfaction, what to fix first, and what customers said (S5). */
export class WeakPoints extends Component {
    static template = "crm_dealer_survey.WeakPoints";
    static components = { Layout, QuadrantChart, RecordSelector };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Weak Points");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.periods = PERIODS;
        const { gap, percent, source, standing, tone } = figures;
        Object.assign(this, { gap, percent, source, standing, tone });
        const params = this.props.action.params || {};
        this.filters = useState({
            versionId: params.version_id || false,
            dealerId: params.dealer_id || false,
            regionId: params.region_id || false,
            factorId: false,
            level: "factor",
            kind: "stated",
            period: "months12",
            anchor: DateTime.now().toISODate(),
            from: "",
            to: "",
            ...this.props.state?.filters,
        });
        this.state = useState({
            versions: [], scoped: false, may_improve: false, found: null, selected: false, said: null,
        });
        useSetupAction({ getLocalState: () => ({ filters: { ...this.filters } }) });
        this.behind = useRef("behind");
        useEffect(
            () => {
                this.behind.el?.scrollIntoView({ block: "nearest" });
            },
            () => [this.state.selected, this.state.said?.length]
        );
        onWillStart(async () => {
            const options = await this.orm.call(VERSION, "weak_point_options", []);
            Object.assign(this.state, options);
            this.filters.versionId ||= this.mostAnswered?.id || false;
            await this.load();
        });
    }

    get mostAnswered() {
        return [...this.state.versions].sort((one, other) => other.answers - one.answers)[0];
    }

    get layout() {
        return { controlPanel: {} };
    }

    // -- what is asked -----------------------------------------------------------------------

    get asked() {
        const { dealerId, regionId, factorId, level } = this.filters;
        const [first, last] = days(this.filters);
        return {
            dealer_id: dealerId,
            region_id: regionId,
            factor_id: level === "question" ? factorId : false,
            date_from: first?.toISODate() || false,
            date_to: last?.toISODate() || false,
        };
    }

    get periodWords() {
        return words(this.filters);
    }

    get stepped() {
        return STEPPED.includes(this.filters.period);
    }

    /** Read again; of two answers that overtake each other the later question's counts. */
    async load() {
        if (!this.filters.versionId) {
            return;
        }
        const turn = (this.turn = (this.turn || 0) + 1);
        const { versionId, level } = this.filters;
        const found = await this.orm.call(VERSION, "weak_points", [[versionId], this.asked, level]);
        if (turn === this.turn) {
            Object.assign(this.state, { found, selected: false, said: null });
        }
    }

    /** What cannot be read is not chosen: filters and figures always belong together. */
    async set(values) {
        const before = { ...this.filters };
        Object.assign(this.filters, values);
        const turn = (this.turn || 0) + 1;
        try {
            await this.load();
        } catch (error) {
            if (turn === this.turn) {
                Object.assign(this.filters, before);
            }
            throw error;
        }
    }

    setVersion(ev) {
        return this.set({ versionId: Number(ev.target.value), factorId: false });
    }

    setFactor(ev) {
        return this.set({ factorId: Number(ev.target.value) || false });
    }

    setDay(name, ev) {
        return this.set({ [name]: ev.target.value });
    }

    /** Between days begins with the days that are shown. */
    setPeriod(ev) {
        const [first, last] = days(this.filters);
        return this.set({
            period: ev.target.value,
            anchor: DateTime.now().toISODate(),
            from: first?.toISODate() || "",
            to: last?.toISODate() || "",
        });
    }

    stepPeriod(by) {
        return this.set({ anchor: step(this.filters, by) });
    }

    // -- what is shown -----------------------------------------------------------------------

    get rows() {
        return figures.rows(this.state.found.items, this.filters.kind);
    }

    get points() {
        return figures.points(this.rows);
    }

    get lines() {
        const lines = this.state.found.lines;
        return { x: lines.satisfaction, y: lines[this.filters.kind] };
    }

    get bounds() {
        return [this.state.found.bottom, this.state.found.top];
    }

    /** Of satisfaction: 812 of 1000, 81.2 of 100. */
    get digits() {
        return this.state.found.top >= 1000 ? 0 : 1;
    }

    get hasNear() {
        return this.state.found.total.region !== null;
    }

    get hasNetwork() {
        return this.state.found.total.network !== null;
    }

    get hasChange() {
        return this.state.found.total.change !== null;
    }

    get selected() {
        return this.rows.find((row) => row.id === this.state.selected);
    }

    // -- in words ----------------------------------------------------------------------------

    get totals() {
        return figures.totals(this.state.found, this.digits);
    }

    get totalChange() {
        return _t("%s to the period before", this.difference(this.state.found.total.change));
    }

    get derivedWords() {
        return _t("Derived importance. %s", this.state.found.derived.words);
    }

    get answersWords() {
        return _t("Answers (%s)", this.selected.n);
    }

    get saidTitle() {
        return _t("What customers wrote who gave %s of 10 or less", this.state.found.low_score);
    }

    figure(value) {
        return figures.figure(value, this.digits);
    }

    difference(value) {
        return figures.difference(value, this.digits);
    }

    chance(row) {
        return this.filters.kind === "stated" ? "" : figures.chance(row);
    }

    // -- what lies behind --------------------------------------------------------------------

    async select(id) {
        if (this.state.selected === id) {
            this.state.selected = false;
            return;
        }
        Object.assign(this.state, { selected: id, said: null });
        const turn = this.turn;
        const { versionId, level } = this.filters;
        const said = await this.orm.call(VERSION, "weak_words", [
            [versionId], this.asked, level, id,
        ]);
        if (this.state.selected === id && turn === this.turn) {
            this.state.said = said;
        }
    }

    async openAnswers(id) {
        const { versionId, level } = this.filters;
        const action = await this.orm.call(VERSION, "action_open_weak_answers", [
            [versionId], this.asked, level, id,
        ]);
        return this.action.doAction(action);
    }

    openAnswer(id) {
        return this.action.doAction("crm_dealer_survey.survey_user_input_action", {
            viewType: "form",
            props: { resId: id },
        });
    }

    openQuestions(factorId) {
        return this.set({ level: "question", factorId });
    }

    /** A plan for the chosen point, else for all that is to be fixed first. */
    improve() {
        return this.act("action_improve", this.filters.kind);
    }

    /** A training need about the same. */
    train() {
        return this.act("action_ask_for_training");
    }

    async act(method, ...more) {
        const { versionId, level, dealerId } = this.filters;
        if (!dealerId && !this.state.scoped) {
            this.notification.add(_t("This is about one dealer: choose it above."), {
                type: "warning",
            });
            return;
        }
        const chosen = this.selected ? [this.selected] : figures.weakest(this.rows);
        const action = await this.orm.call(VERSION, method, [
            [versionId], this.asked, level, chosen.map((row) => row.id), ...more,
        ]);
        return this.action.doAction(action);
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("crm_dealer_survey.weak_points", WeakPoints);
