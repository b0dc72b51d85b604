"""Text on a page that is too pale to read: WCAG AA, 4.5:1, or 3:1 where it is large."""

# Colours are composed over all backgrounds behind, the number in a
# chart over its circle; pictures and disabled controls do not count.
PALE = """root => {
    const parse = colour => {
        const parts = colour.match(/[\\d.]+%?/g).map(Number);
        const scale = colour.startsWith("color(") ? 255 : 1;
        return [...parts.slice(0, 3).map(part => part * scale), parts[3] ?? 1];
    };
    const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
    const light = rgb => {
        const [r, g, b] = rgb.map(value => {
            const share = value / 255;
            return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => {
        const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
        return (high + 0.05) / (low + 0.05);
    };
    const found = new Map();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const words = walker.currentNode.textContent.trim();
        const element = walker.currentNode.parentElement;
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        const unseen = "[disabled], .disabled, .visually-hidden, option, style, script";
        const skip = element.closest(unseen);
        if (!words || skip || !box.width || !box.height || style.visibility === "hidden") {
            continue;
        }
        const chain = [];
        let picture = false, opacity = 1;
        for (let one = element; one; one = one.parentElement) {
            const its = getComputedStyle(one);
            picture = picture || its.backgroundImage !== "none";
            opacity *= Number(its.opacity);
            chain.unshift(parse(its.backgroundColor));
        }
        if (picture) {
            continue;
        }
        let back = chain.reduce((below, top) => over(top, below), [255, 255, 255]);
        if (element instanceof SVGElement) {
            const x = box.left + box.width / 2, y = box.top + box.height / 2;
            for (const shape of element.parentElement.querySelectorAll(":scope > circle")) {
                const its = shape.getBoundingClientRect(), fill = getComputedStyle(shape).fill;
                const behind = its.left < x && x < its.right && its.top < y && y < its.bottom;
                back = behind && fill !== "none" ? over(parse(fill), back) : back;
            }
        }
        const ink = parse(element instanceof SVGElement ? style.fill : style.color);
        const seen = over([...ink.slice(0, 3), ink[3] * opacity], back);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const its = ratio(seen, back);
        if (its < (large ? 3 : 4.5) - 0.05) {
            const name = `${element.tagName.toLowerCase()}.${element.getAttribute("class") || ""}`;
            found.set(`${name} ${its.toFixed(2)}`, words.slice(0, 40));
        }
    }
    return [...found.entries()].map(([name, words]) => `${name}: ${words}`);
}"""


def too_pale(page, selector):
    """``["tag.class ratio: words"]`` of what is too pale below ``selector``."""
    return page.locator(selector).first.evaluate(PALE)
