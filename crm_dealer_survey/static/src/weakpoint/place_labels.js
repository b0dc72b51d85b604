/**
 * Puts points and their labels where they do not cover each other; pure arithmetic, in pixels.
 */

const GAP = 4;

/** Estimated width of a text: Chinese letters are as wide as high, others about half. */
export function textWidth(text, size) {
    let width = 0;
    for (const letter of text) {
        width += letter.codePointAt(0) > 0x2e7f ? size : size * 0.56;
    }
    return width;
}

/** The text, cut to a width. */
export function shortened(text, size, width) {
    if (textWidth(text, size) <= width) {
        return text;
    }
    let short = "";
    for (const letter of text) {
        if (textWidth(short + letter + "…", size) > width) {
            break;
        }
        short += letter;
    }
    return short.trimEnd() + "…";
}

/**
 * Pushes circles apart that lie on each other, no further than needed; a line then leads from the
 * circle to its place (`x`, `y` stay, `cx`, `cy` are the circle's middle).
 */
export function spread(points, radius, box) {
    const placed = points.map((point) => ({ ...point, cx: point.x, cy: point.y }));
    const apart = 2 * radius + 2;
    for (let round = 0; round < 60; round++) {
        let moved = false;
        for (let i = 0; i < placed.length; i++) {
            for (let j = i + 1; j < placed.length; j++) {
                moved = push(placed[i], placed[j], apart) || moved;
            }
        }
        for (const point of placed) {
            point.cx = Math.min(Math.max(point.cx, box.left + radius), box.right - radius);
            point.cy = Math.min(Math.max(point.cy, box.top + radius), box.bottom - radius);
        }
        if (!moved) {
            break;
        }
    }
    return placed;
}

function push(one, other, apart) {
    let dx = other.cx - one.cx;
    let dy = other.cy - one.cy;
    let distance = Math.hypot(dx, dy);
    if (distance >= apart) {
        return false;
    }
    if (distance < 0.01) {
        [dx, dy, distance] = [0, 1, 1];
    }
    const step = (apart - distance) / 2 + 0.1;
    one.cx -= (dx / distance) * step;
    one.cy -= (dy / distance) * step;
    other.cx += (dx / distance) * step;
    other.cy += (dy / distance) * step;
    return true;
}

const overlap = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Adds `label` ({x, y, text}) to each point that has room for its name, in their order. */
export function label(points, { radius, size, box, taken = [] }) {
    const blocked = [
        ...taken,
        ...points.map(({ cx, cy }) => ({
            left: cx - radius,
            right: cx + radius,
            top: cy - radius,
            bottom: cy + radius,
        })),
    ];
    for (const point of points) {
        const text = shortened(point.name, size, (box.right - box.left) * 0.36);
        const width = textWidth(text, size);
        const found = candidates(point, width, size, radius).find(
            (room) =>
                room.left >= box.left &&
                room.right <= box.right &&
                room.top >= box.top &&
                room.bottom <= box.bottom &&
                !blocked.some((other) => overlap(room, other))
        );
        if (found) {
            blocked.push(found);
            point.label = { x: found.left, y: found.bottom - size * 0.22, text };
        }
    }
    return points;
}

/** Rooms for a label: right, left, below, above, then at the corners. */
function candidates({ cx, cy }, width, size, radius) {
    const far = radius + GAP;
    const height = size * 1.2;
    const spots = [
        [cx + far, cy - height / 2],
        [cx - far - width, cy - height / 2],
        [cx - width / 2, cy + far],
        [cx - width / 2, cy - far - height],
        [cx + far * 0.6, cy + far * 0.8],
        [cx + far * 0.6, cy - far * 0.8 - height],
        [cx - far * 0.6 - width, cy + far * 0.8],
        [cx - far * 0.6 - width, cy - far * 0.8 - height],
    ];
    return spots.map(([left, top]) => ({
        left,
        top,
        right: left + width,
        bottom: top + height,
    }));
}
