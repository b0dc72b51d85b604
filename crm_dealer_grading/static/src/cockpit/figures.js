import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

const { DateTime } = luxon;

/** Decimals: a count has none, a mean below 100 (hours per person) has some. */
function decimals(value, unit) {
    if (unit === "percent" || unit === "index") {
        return 1;
    }
    if (Number.isInteger(value) || Math.abs(value) >= 100) {
        return 0;
    }
    return Math.abs(value) < 1 ? 2 : 1;
}

/** A figure with its unit: 83.4 %, 812, 1,204, 2.5; a dash where there is none. */
export function figure(value, unit) {
    if (value === null || value === undefined) {
        return "—";
    }
    const text = formatFloat(value, { digits: [16, decimals(value, unit)] });
    return unit === "percent" ? `${text} %` : text;
}

/** A difference with its sign. */
export function difference(value, unit) {
    const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
    return sign + figure(Math.abs(value), unit);
}

/** A count that ended at its limit says so. */
export function count(line) {
    return figure(line.value) + (line.more ? "+" : "");
}

/** From – to, or nothing where the interval is not known. */
export function range(point, unit) {
    if (!point || point.low === null || point.low === undefined) {
        return "";
    }
    return `${figure(point.low, unit)} – ${figure(point.high, unit)}`;
}

export function asOf(card) {
    if (!card.as_of) {
        return _t("as of now");
    }
    return _t("as of %s", DateTime.fromISO(card.as_of).toLocaleString(DateTime.DATE_MED));
}

export const STANDINGS = { reached: _t("target reached"), missed: _t("target missed") };
export const TRENDS = { better: _t("better"), worse: _t("worse"), same: _t("unchanged") };
/** Marks besides colour: whoever does not see colours reads these. */
export const MARKS = { reached: "✓", missed: "✗" };
export const ARROWS = { better: "▲", worse: "▼", same: "＝" };
