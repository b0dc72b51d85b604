import { onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";

/** The width of the element `root` as it changes, not below `least`; at first `width`. */
export function useWidth(least, width) {
    const root = useRef("root");
    const size = useState({ width });
    const measure = () => {
        const found = root.el?.clientWidth;
        // On paper the drawing is scaled as it is.
        if (found && !window.matchMedia("print").matches) {
            size.width = Math.max(least, found);
        }
    };
    const observer = new ResizeObserver(measure);
    onMounted(() => {
        measure();
        observer.observe(root.el);
    });
    onWillUnmount(() => observer.disconnect());
    return size;
}

/** Round figures between two, about `parts` of them: `{step, ticks}`. */
export function ticksBetween(from, to, parts) {
    const raw = (to - from) / parts;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= raw);
    const ticks = [];
    for (let tick = Math.ceil(from / step) * step; tick <= to + step / 1e6; tick += step) {
        ticks.push(tick);
    }
    return { step, ticks };
}

/** Do what a click on a point does when it is pressed by a key. */
export function onPress(ev, work) {
    if (["Enter", " "].includes(ev.key)) {
        ev.preventDefault();
        work();
    }
}
