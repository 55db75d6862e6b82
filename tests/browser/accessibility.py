"""The rules of WCAG 2.2 AA, checked by axe-core on the page as it is, in both colour modes."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.chromium import axe_script

# In the other colour mode nothing differs but the colours.
AXE = """async () => {
    const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const colours = {type: "rule", values: ["color-contrast", "link-in-text-block"]};
    const transitions = () => document.getAnimations().filter(it => it instanceof CSSTransition);
    const settled = async () => {
        await new Promise(requestAnimationFrame);
        await Promise.allSettled(transitions().map(it => it.finished));
    };
    const {classList} = document.documentElement;
    const switchMode = () => void (classList.toggle("dark"), classList.toggle("light"));
    await settled();
    const found = (await axe.run(document, {runOnly: standards})).violations;
    switchMode();
    await settled();
    found.push(...(await axe.run(document, {runOnly: colours})).violations);
    switchMode();
    return found.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]);
}"""


def violations(page: Page) -> list[Any]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_script().read_text())
    return page.evaluate(AXE)
