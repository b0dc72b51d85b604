import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { QUADRANTS } from "./quadrant_chart";

const { DateTime } = luxon;

/** Items in the order in which they are to be fixed; those that have no place at the end. */
export function rows(items, kind) {
    const found = items.map((item) => ({
        ...item,
        share: item[kind],
        place: item.places[kind],
        number: item.places[kind]?.priority || null,
    }));
    return found.sort((one, other) => (one.number || 1e9) - (other.number || 1e9));
}

/** Rows that have a place, as the chart draws them. */
export function points(found) {
    return found
        .filter((row) => row.place)
        .map((row) => ({
            id: row.id,
            name: row.name,
            number: row.number,
            x: row.index,
            y: row.share,
            satisfaction: row.index,
            importance: row.share,
            low: row.low,
            high: row.high,
            few: row.few,
            quadrant: row.place.quadrant,
        }));
}

/** Rows that are to be fixed first. */
export function weakest(found) {
    const placed = found.filter((row) => row.place);
    const weak = placed.filter((row) => row.place.quadrant === "fix");
    return weak.length ? weak : placed.slice(0, 1);
}

/** What the total is of, its range, the answers, and others' averages. */
export function totals({ top, total, near }, digits) {
    const parts = [_t("of %s", top)];
    if (total.low !== null) {
        parts.push(`${figure(total.low, digits)}–${figure(total.high, digits)}`);
    }
    parts.push(_t("%s answers", total.n));
    if (total.region !== null) {
        parts.push(`${near} ${figure(total.region, digits)}`);
    }
    if (total.network !== null) {
        parts.push(_t("network %s", figure(total.network, digits)));
    }
    return parts.join(" · ");
}

/** Quadrant of a row, and how sure that is. */
export function standing(row) {
    const parts = row.place ? [QUADRANTS[row.place.quadrant]] : [];
    if (!row.n) {
        parts.push(_t("no answers"));
    } else if (row.few) {
        parts.push(_t("few answers"));
    } else if (!row.sure) {
        parts.push(_t("not certain"));
    }
    return parts.join(" · ");
}

/** Where the words of a customer are from. */
export function source(word) {
    const day = DateTime.fromISO(word.date).toLocaleString(DateTime.DATE_MED);
    return [_t("%s of 10", word.figure), day, word.dealer].filter(Boolean).join(" · ");
}

export function figure(value, digits) {
    return value === null ? "—" : formatFloat(value, { digits: [16, digits] });
}

export function percent(share) {
    return share === null ? "—" : `${formatFloat(100 * share, { digits: [16, 1] })} %`;
}

/** Between what derived importance may lie by chance. */
export function chance(row) {
    const [low, high] = row.derived_range;
    if (low === null) {
        return "";
    }
    return [low, high].map((share) => formatFloat(100 * share, { digits: [16, 0] })).join("–");
}

/** A difference with its sign. */
export function difference(value, digits) {
    if (value === null) {
        return "—";
    }
    const text = formatFloat(Math.abs(value), { digits: [16, digits] });
    if (Number(Math.abs(value).toFixed(digits)) === 0) {
        return text;
    }
    return (value < 0 ? "−" : "+") + text;
}

export function gap(row, other) {
    return row.index === null || row[other] === null ? null : row.index - row[other];
}

export function tone(value) {
    return value === null || value === 0 ? "" : value < 0 ? "o_weak_worse" : "o_weak_better";
}
