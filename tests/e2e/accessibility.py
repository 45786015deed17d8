"""What axe finds on a page.

Its script is evaluated, which the pages' policy knows nothing of, and not put into the page.
"""

from collections.abc import Iterator

from playwright.sync_api import Page

from infra.local.config import ROOT

_AXE = ROOT / "dashboard/node_modules/axe-core/axe.min.js"
_RUN = "axe.run(document, {resultTypes: ['violations']})"
_GRAVE = frozenset({"serious", "critical"})


def barriers(page: Page) -> Iterator[str]:
    """Yield what keeps people out of a page: rule, and where it is broken."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    for finding in page.evaluate(_RUN)["violations"]:
        if finding["impact"] in _GRAVE:
            for node in finding["nodes"]:
                yield f"{finding['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
