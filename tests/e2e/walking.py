"""Every page of the dashboard, found as a person finds it: by following links."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from infra.local.config import ROOT

SOURCES = ROOT / "dashboard/src"

_LINKS = """() => [...document.querySelectorAll("a[href^='/']:not([download])")]
  .map((link) => link.getAttribute("href"))"""
_ELSEWHERE = re.compile(r"/(api|docs|redoc|embed|health|openapi\.json|metrics)(/|$)")
_THING = re.compile(r"\d|.{24}")


def pages(page: Page, url: str) -> dict[str, str]:
    """Return one address for each page that links lead to; there is one for all people, say.

    Args:
        page: where somebody is signed in.
        url: of the stack.
    """
    found = {"/": "/"}
    for path in _growing(found):
        show(page, url + path)
        links: list[str] = page.evaluate(_LINKS)
        for target in (urlsplit(link).path for link in links):
            if not _ELSEWHERE.match(target):
                found.setdefault(kind(target), target)
    return found


def kind(path: str) -> str:
    """Return a path with names of single things left out: what has a digit, is long, or a title."""
    if path.startswith("/media/"):
        return "/media"
    return "/".join("*" if _THING.search(part) else part for part in path.split("/"))


def show(page: Page, address: str) -> None:
    """Open an address, and return once what it shows is there."""
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    """Return once a page no longer says that more is to come."""
    page.locator("main :is(h1, h2, .empty)").first.wait_for()
    expect(page.locator(".skeleton")).to_have_count(0)
    page.wait_for_timeout(250)


def written() -> set[str]:
    """Return the addresses that stand in the sources: of pages, and of views within them."""
    texts = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.svelte")]
    own = re.findall(r'path: "([^"]+)"', (SOURCES / "pages.ts").read_text(encoding="utf-8"))
    return {*own, *re.findall(r'href[:=] ?"(/[a-z/-]+)"', "\n".join(texts))} - {"/docs"}


def _growing(found: dict[str, str]) -> Iterator[str]:
    """Yield each path, those that are added meanwhile too."""
    seen: set[str] = set()
    while left := [path for path in found.values() if path not in seen]:
        seen.add(left[0])
        yield left[0]
