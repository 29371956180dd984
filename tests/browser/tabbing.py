"""A walk through the page with Tab alone."""

from dataclasses import dataclass, replace

from playwright.sync_api import Page

# Of radio buttons with one name Tab goes to one; controls with a negative tab index are reached in other ways.
LOOK = """() => {
    const root = document.querySelector("dialog[open], [role=dialog]") || document.body;
    const seen = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
    const radios = (node) => (node.type === "radio" ? document.getElementsByName(node.name) : [node]);
    window.tabbed = {
        visited: new Set(),
        radios,
        controls: [...root.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
            .filter((node) => seen(node) && !node.disabled && node.tabIndex >= 0 && !node.closest("[inert]")),
    };
    document.activeElement.blur();
    return tabbed.controls.length;
}"""
STEP = """() => {
    const node = document.activeElement, box = node.getBoundingClientRect();
    const same = node === tabbed.last, again = tabbed.visited.has(node) && !same;
    const outlined = (near) => {
        const style = near && getComputedStyle(near);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    };
    tabbed.visited.add(tabbed.last = node);
    return {
        again,
        same,
        nowhere: node === document.body,
        control: `${node.cloneNode().outerHTML} ${node.innerText}`.slice(0, 200),
        outlined: [node, node.parentElement, node.nextElementSibling].some(outlined),
        on_screen: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
        in_dialog: !!node.closest("dialog, [role=dialog]"),
    };
}"""
UNREACHED = """() => tabbed.controls
    .filter((node) => ![...tabbed.radios(node)].some((one) => tabbed.visited.has(one)))
    .map((node) => node.cloneNode().outerHTML)"""


@dataclass(frozen=True)
class Step:
    """Where one press of Tab led, and whether that can be seen."""

    control: str
    outlined: bool
    on_screen: bool
    in_dialog: bool


def walk(page: Page) -> list[Step]:
    """Press Tab until it leads where one has been."""
    steps: list[Step] = []
    presses = 6 * page.evaluate(LOOK) + 20
    page.mouse.move(0, 0)
    for _ in range(presses):
        page.keyboard.press("Tab")
        found = page.evaluate(STEP)
        again, same, nowhere = (found.pop(name) for name in ("again", "same", "nowhere"))
        if again:
            return steps
        step = Step(**found)
        if same and steps:  # a date has a stop for its day, month, year and calendar
            steps[-1] = replace(step, outlined=step.outlined or steps[-1].outlined)
        elif not nowhere:
            steps.append(step)
    return steps


def unreached(page: Page) -> list[str]:
    """The controls that were there when the walk began and that it did not come to."""
    return list(page.evaluate(UNREACHED))
