import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** Periods to choose from; each with whole months is compared with the one before. */
export const PERIODS = {
    months12: _t("Last 12 months"),
    months3: _t("Last 3 months"),
    year: _t("Year"),
    quarter: _t("Quarter"),
    month: _t("Month"),
    custom: _t("Between days"),
    all: _t("All time"),
};
const ROLLING = { months12: 12, months3: 3 };
export const STEPPED = ["year", "quarter", "month"];

/** First and last day, as luxon's or null, of a period around `anchor` (ISO). */
export function days({ period, anchor, from, to }) {
    const at = DateTime.fromISO(anchor);
    if (period === "custom") {
        return [from, to].map((day) => (day ? DateTime.fromISO(day) : null));
    }
    if (period === "all") {
        return [null, null];
    }
    if (period in ROLLING) {
        return [at.startOf("month").minus({ months: ROLLING[period] - 1 }), at.endOf("month")];
    }
    return [at.startOf(period), at.endOf(period)];
}

/** `anchor` one period on or back. */
export function step({ period, anchor }, by) {
    return DateTime.fromISO(anchor).startOf(period).plus({ [period]: by }).toISODate();
}

/** The period in words. */
export function words(state) {
    const { period, anchor } = state;
    const at = DateTime.fromISO(anchor);
    if (period === "year") {
        return at.toFormat("yyyy");
    }
    if (period === "quarter") {
        return at.toFormat("yyyy 'Q'q");
    }
    if (period === "month") {
        return at.toFormat("yyyy-MM");
    }
    const [first, last] = days(state);
    if (!first && !last) {
        return String(PERIODS.all);
    }
    const [one, other] = [first, last].map((day) => day?.toLocaleString(DateTime.DATE_MED) || "…");
    return `${one} – ${other}`;
}
