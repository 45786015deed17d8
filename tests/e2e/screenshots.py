"""Pictures of every page for the documents: `make screenshots`, or `python -m tests.e2e.screenshots`.

They are of a stack of their own, in which the demo's people have watched for weeks.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from infra.demo.sharing import SHARER
from infra.local.config import ROOT
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, Stack, running, sign_in, write_places
from tests.e2e.household import RUN, furnish
from tests.e2e.viewers import asking
from tests.e2e.walking import pages, show

IMAGES = ROOT / "docs/images"
WIDE = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=780)
ON_PHONE = ("/", "/sharing/*", "/statistics")
"""Kinds of pages of which there is a picture as on a telephone, too."""

SHOWN_ALREADY = frozenset({"/library/overview", "/settings/servers"})
"""Views that their page shows as it is opened."""

_COLOURS = 256


def main() -> int:
    """Start, look at each page, and write a picture of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for stack in running(folder, write_places(folder)):
            key = furnish(stack)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                _picture(browser, stack, key)
                browser.close()
    return 0


def _picture(browser: Browser, stack: Stack, key: str) -> None:
    wide = browser.new_page(viewport=WIDE, color_scheme="dark", reduced_motion="reduce")
    _enter(wide, stack, key)
    found = pages(wide, stack.url) | _telling(stack)
    for kind in [kind for kind in found if kind not in SHOWN_ALREADY]:
        _keep(wide, stack.url + found[kind], f"dashboard-{_name(kind)}.png")
    phone = browser.new_page(viewport=PHONE, color_scheme="light", reduced_motion="reduce")
    _enter(phone, stack, key)
    for kind in ON_PHONE:
        _keep(phone, stack.url + found[kind], f"dashboard-{_name(kind)}-phone.png")


def _enter(page: Page, stack: Stack, key: str) -> None:
    """Sign in as one who knows the first steps; they have a picture of their own."""
    sign_in(page, stack, key)
    page.get_by_role("button", name="Put away").click()


def _telling(stack: Stack) -> dict[str, str]:
    """Return addresses that tell more than the first that a link leads to: of the one who shares."""
    sharer = f"/users/{SHARER.user_id(RUN)}"
    about = {"search": "Little Tug", "limit": "1"}
    with asking(stack) as api:
        [moved] = (
            api.get("/api/v1/analytics/sessions", params=about).raise_for_status().json()["data"]
        )
    views = {f"/users/*/{view}": f"{sharer}/{view}" for view in ("sharing", "devices", "review")}
    return {"/users/*": sharer, "/history/*": f"/history/{moved['id']}", **views}


def _name(kind: str) -> str:
    """Return what a kind of page is called in the name of a file."""
    parts = ["one" if part == "*" else part for part in kind.split("/") if part]
    return "-".join(parts) or "now"


def _keep(page: Page, address: str, name: str) -> None:
    """Write what an address shows, with as many colours as one sees in it."""
    show(page, address)
    page.wait_for_timeout(1_000)  # charts and the map are drawn after their figures have come
    with Image.open(BytesIO(page.screenshot())) as shot:
        few = shot.convert("RGB").quantize(_COLOURS, kmeans=1, dither=Image.Dither.NONE)
        few.save(IMAGES / name, optimize=True)
    sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    sys.exit(main())
