"""The pictures of the dashboard in the documents."""

import re

from infra.local.config import ROOT

DOCS = ROOT / "docs"
PICTURES = {path.name for path in DOCS.glob("images/dashboard-*.png")}


def test_every_picture_of_a_page_is_shown_in_the_document_about_the_dashboard() -> None:
    said = (DOCS / "dashboard.md").read_text(encoding="utf-8")
    assert set(re.findall(r"images/(dashboard-[\w-]+\.png)", said)) == PICTURES


def test_the_readme_shows_pictures_that_there_are() -> None:
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"docs/images/(dashboard-[\w-]+\.png)", said))
    assert shown
    assert shown <= PICTURES


def test_all_pictures_together_are_small_enough_to_be_fetched_with_the_code() -> None:
    assert sum((DOCS / "images" / name).stat().st_size for name in PICTURES) < 3_000_000
