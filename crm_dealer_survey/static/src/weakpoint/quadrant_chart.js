import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { onPress, ticksBetween, useWidth } from "@crm_dealer_grading/base/chart";
import { label, spread, textWidth } from "./place_labels";

export const QUADRANTS = {
    fix: _t("Fix First"),
    keep: _t("Keep Up"),
    low: _t("Low Priority"),
    extra: _t("Possible Overkill"),
};
const RADIUS = 11;
const TEXT = 12;

/** Importance × satisfaction as a drawing, sharp on paper; points can be reached by keys. */
export class QuadrantChart extends Component {
    static template = "crm_dealer_survey.QuadrantChart";
    static props = {
        points: Array, // {id, name, number, x, y, quadrant, few, low, high}
        lines: Object, // {x, y}: where the quadrants meet
        bounds: Array, // lowest and highest satisfaction there is
        digits: Number, // of satisfaction
        selected: [Number, Boolean],
        select: Function,
    };

    setup() {
        this.size = useWidth(280, 640);
    }

    get height() {
        return Math.round(Math.min(520, Math.max(320, this.size.width * 0.68)));
    }

    get box() {
        return { left: 58, top: 10, right: this.size.width - 10, bottom: this.height - 40 };
    }

    get axes() {
        const { points, lines, bounds } = this.props;
        return {
            x: axis([...points.map((point) => point.x), lines.x], bounds),
            y: axis([...points.map((point) => point.y), lines.y], [0, 1]),
        };
    }

    toX(value) {
        const { from, to } = this.axes.x;
        return this.box.left + ((value - from) / (to - from)) * (this.box.right - this.box.left);
    }

    toY(value) {
        const { from, to } = this.axes.y;
        return this.box.bottom - ((value - from) / (to - from)) * (this.box.bottom - this.box.top);
    }

    /** The four fields with their names in the corners. */
    get fields() {
        const { left, top, right, bottom } = this.box;
        const [x, y] = [this.toX(this.props.lines.x), this.toY(this.props.lines.y)];
        const fields = [
            { id: "fix", x: left, y: top, width: x - left, height: y - top },
            { id: "keep", x, y: top, width: right - x, height: y - top },
            { id: "low", x: left, y, width: x - left, height: bottom - y },
            { id: "extra", x, y, width: right - x, height: bottom - y },
        ];
        for (const field of fields) {
            const above = field.y === top;
            const before = field.x === left;
            field.name = String(QUADRANTS[field.id]);
            field.anchor = before ? "start" : "end";
            field.textX = before ? left + 6 : right - 6;
            field.textY = above ? top + 16 : bottom - 7;
        }
        return fields;
    }

    get placed() {
        const { box, fields } = this;
        const points = this.props.points.map((point) => ({
            ...point,
            x: this.toX(point.x),
            y: this.toY(point.y),
            from: point.low === null ? null : Math.max(box.left, this.toX(point.low)),
            to: point.high === null ? null : Math.min(box.right, this.toX(point.high)),
        }));
        const taken = fields.map((field) => {
            const width = textWidth(field.name, TEXT + 1);
            const left = field.anchor === "start" ? field.textX : field.textX - width;
            return { left, right: left + width, top: field.textY - 14, bottom: field.textY + 4 };
        });
        const circles = spread(points, RADIUS, box);
        if (this.size.width < 480) {
            return circles; // a phone: the numbers are those of the table
        }
        return label(circles, { radius: RADIUS, size: TEXT, box, taken });
    }

    get ticksX() {
        return this.axes.x.ticks.map((value) => ({
            at: this.toX(value),
            text: formatFloat(value, { digits: [16, this.axes.x.digits] }),
        }));
    }

    get ticksY() {
        return this.axes.y.ticks.map((value) => ({
            at: this.toY(value),
            text: `${formatFloat(100 * value, { digits: [16, 0] })} %`,
        }));
    }

    spoken(point) {
        return _t("%(number)s. %(name)s: satisfaction %(satisfaction)s, importance %(importance)s, %(quadrant)s", {
            number: point.number,
            name: point.name,
            satisfaction: formatFloat(point.satisfaction, { digits: [16, this.props.digits] }),
            importance: `${formatFloat(100 * point.importance, { digits: [16, 1] })} %`,
            quadrant: QUADRANTS[point.quadrant],
        });
    }

    onKeydown(ev, point) {
        onPress(ev, () => this.props.select(point.id));
    }
}

/** An axis over the values with room at both ends, within bounds, and three to seven ticks. */
export function axis(values, [least, most]) {
    let [from, to] = [Math.min(...values), Math.max(...values)];
    const room = Math.max((to - from) * 0.14, (most - least) * 0.015);
    [from, to] = [Math.max(least, from - room), Math.min(most, to + room)];
    if (!(to > from)) {
        to = from + 1; // a scale of one figure
    }
    const { step, ticks } = ticksBetween(from, to, 5);
    return { from, to, ticks, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}
