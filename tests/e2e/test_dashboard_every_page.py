"""What holds for every page of the dashboard: those that links lead to, and none is forgotten."""

from collections.abc import Generator, Mapping

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.accessibility import barriers
from tests.e2e.conftest import Stack, running_alone, sign_in
from tests.e2e.household import furnish
from tests.e2e.walking import kind, pages, show, written

PHONE, DESK, WALL = (360, 740), (1280, 800), (3840, 2160)

_BEYOND = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("header *, main *")]
    .filter((each) => each.getBoundingClientRect().right > room)
    .map((each) => each.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    yield from running_alone(tmp_path_factory)


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    """Have a household live there for weeks; return the key of one of them who may do all."""
    return furnish(stack)


@pytest.fixture
def signed_in(page: Page, stack: Stack, key: str) -> Page:
    sign_in(page, stack, key)
    return page


@pytest.fixture(scope="module")
def addresses(stack: Stack, key: str, browser: Browser) -> Mapping[str, str]:
    """Return an address for each kind of page."""
    page = browser.new_page()
    sign_in(page, stack, key)
    found = pages(page, stack.url)
    page.close()
    return found


def test_links_lead_to_every_page_that_there_is(addresses: Mapping[str, str]) -> None:
    assert written() <= set(addresses)


@pytest.mark.parametrize(("theme", "size"), [("dark", DESK), ("light", PHONE)])
def test_no_page_keeps_anybody_out_or_is_wider_than_the_screen(
    signed_in: Page,
    stack: Stack,
    addresses: Mapping[str, str],
    theme: str,
    size: tuple[int, int],
) -> None:
    signed_in.get_by_label("Theme").select_option(theme)
    found: dict[str, list[str]] = {}
    for path in addresses.values():
        fit(signed_in, size)
        show(signed_in, stack.url + path)
        found[kind(path)] = [*barriers(signed_in), *signed_in.evaluate(_BEYOND)]
        if size == DESK:
            fit(signed_in, WALL)
            found[kind(path)] += signed_in.evaluate(_BEYOND)
    assert {path: troubles for path, troubles in found.items() if troubles} == {}


def test_a_title_has_room_for_some_words_on_a_telephone(signed_in: Page, stack: Stack) -> None:
    fit(signed_in, PHONE)
    for path in ("/library/roi", "/library/watched"):
        show(signed_in, stack.url + path)
        title = signed_in.get_by_role("rowheader").first.bounding_box()
        assert title
        assert title["width"] > PHONE[0] / 3


def test_the_page_to_sign_in_on_keeps_nobody_out(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    page.get_by_label("API key").wait_for()
    assert list(barriers(page)) == []


def test_letters_are_larger_on_a_wall(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    sizes: list[float] = []
    for size in (DESK, WALL):
        fit(page, size)
        sizes.append(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
    assert sizes == [15, pytest.approx(21.12)]


def fit(page: Page, size: tuple[int, int]) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
