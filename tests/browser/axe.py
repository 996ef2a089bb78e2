"""axe-core, the checker of accessibility that others wrote, on a page that stands in a browser."""

from dataclasses import dataclass

from playwright.sync_api import Page

LEVELS: dict[str, object] = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# What a theme can change of a page.
COLOURS: dict[str, object] = {"type": "rule", "values": ["color-contrast"]}
# The size of targets is WCAG 2.2's, and off unless asked for.
RUN = """runOnly => axe.run(document, {
    runOnly, resultTypes: ["violations"], rules: runOnly.type === "tag" ? { "target-size": { enabled: true } } : {},
}).then(found => found.violations.map(
    rule => `${rule.id}: ${rule.nodes.map(node => node.html.slice(0, 160)).join(" | ")}`
))"""


@dataclass(frozen=True)
class Axe:
    """``source``: its program."""

    source: str

    def violations(self, page: Page, wanted: dict[str, object] = LEVELS) -> list[str]:
        """Each broken rule with what breaks it."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(self.source)
        found: list[str] = page.evaluate(RUN, wanted)
        return found
