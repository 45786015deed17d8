"""The dashboard in the language that the browser prefers."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Stack


@pytest.mark.parametrize(
    ("locale", "language", "sign_in"),
    [
        ("en-GB", "en", "Sign in"),
        ("de-AT", "de", "Anmelden"),
        ("es-MX", "es", "Iniciar sesión"),
        ("fr-CA", "fr", "Se connecter"),
        ("nl-NL", "en", "Sign in"),
    ],
)
def test_the_browser_says_which_language_is_read(
    browser: Browser, stack: Stack, locale: str, language: str, sign_in: str
) -> None:
    page = browser.new_page(locale=locale)
    page.goto(stack.url)
    expect(page.get_by_role("button", name=sign_in)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.close()


def test_all_views_of_a_page_are_in_sight_on_a_desk(signed_in: Page, stack: Stack) -> None:
    signed_in.set_viewport_size({"width": 1440, "height": 900})
    signed_in.get_by_label("Language").select_option("fr")
    signed_in.goto(f"{stack.url}/library")
    views = signed_in.get_by_role("navigation", name="Médiathèque")
    expect(views.get_by_role("link")).to_have_count(10)
    assert views.evaluate("(all) => all.scrollWidth === all.clientWidth")
