import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { onPress, ticksBetween, useWidth } from "../base/chart";
import { figure, range } from "./figures";

const HEIGHT = 240;
/** Told apart without colours too: each series has a dash and a mark of its own. */
const DASHES = ["", "6 3", "2 3", "10 3 2 3", "1 4", "12 4", "4 1", "8 2 2 2", "3 6"];

/** Curves over periods, sharp on paper; points are reached by keys and open their records. */
export class LineChart extends Component {
    static template = "crm_dealer_grading.CockpitLines";
    static props = { card: Object, open: Function };

    setup() {
        this.size = useWidth(260, 560);
    }

    get height() {
        return HEIGHT;
    }

    get box() {
        return { left: 44, top: 12, right: this.size.width - 12, bottom: HEIGHT - 26 };
    }

    get points() {
        return this.props.card.series.flatMap((series) => series.points.filter(Boolean));
    }

    get axis() {
        const values = this.points.flatMap((point) => [
            point.value,
            point.low ?? point.value,
            point.high ?? point.value,
        ]);
        let [from, to] = [Math.min(...values), Math.max(...values)];
        const room = Math.max((to - from) * 0.1, 0.5);
        [from, to] = [Math.max(0, from - room), to + room];
        return { from, to, ...ticksBetween(from, to, 4) };
    }

    toX(number) {
        const last = Math.max(1, this.props.card.labels.length - 1);
        return this.box.left + (number / last) * (this.box.right - this.box.left);
    }

    toY(value) {
        const { from, to } = this.axis;
        return this.box.bottom - ((value - from) / (to - from)) * (this.box.bottom - this.box.top);
    }

    get ticks() {
        return this.axis.ticks.map((value) => ({ at: this.toY(value), text: formatFloat(value, { digits: [16, 2], trailingZeros: false }) }));
    }

    /** As many names of periods as fit beside each other, the last one among them. */
    get labels() {
        const { labels } = this.props.card;
        const each = Math.max(1, Math.ceil((labels.length * 76) / (this.box.right - this.box.left)));
        return labels
            .map((text, number) => ({ text, at: this.toX(number), number }))
            .filter(({ number }) => (labels.length - 1 - number) % each === 0);
    }

    get series() {
        return this.props.card.series.map((series, number) => {
            const points = series.points
                .map((point, at) => point && { ...point, at, x: this.toX(at), y: this.toY(point.value) })
                .filter(Boolean);
            return {
                ...series,
                number,
                dash: DASHES[number % DASHES.length],
                points,
                runs: runs(points).map((run) => run.map(({ x, y }) => `${x},${y}`).join(" ")),
                bands: runs(points.filter(({ low }) => low !== null)).map((run) => [
                    ...run.map((point) => `${point.x},${this.toY(point.high)}`),
                    ...run.toReversed().map((point) => `${point.x},${this.toY(point.low)}`),
                ].join(" ")),
            };
        });
    }

    spoken(series, point) {
        const unit = this.props.card.unit;
        const parts = [series.label, this.props.card.labels[point.at], figure(point.value, unit)];
        const ends = range(point, unit);
        if (ends) {
            parts.push(_t("between %s", ends));
        }
        if (point.n) {
            parts.push(_t("%s answers", point.n));
        }
        if (point.few) {
            parts.push(_t("too few for a judgement"));
        }
        return parts.join(", ");
    }

    onKeydown(ev, point) {
        onPress(ev, () => this.props.open(point.open));
    }
}

/** Points in runs that may be joined: next to each other, and measured by the same questionnaires. */
export function runs(points) {
    const found = [];
    for (const point of points) {
        const last = found.at(-1)?.at(-1);
        if (last && last.at === point.at - 1 && last.part === point.part) {
            found.at(-1).push(point);
        } else {
            found.push([point]);
        }
    }
    return found;
}
