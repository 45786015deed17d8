"""What the documents name is there: pages and their sections, targets of make, settings and files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.config import ROOT

DOCUMENTS = sorted(
    {ROOT / "README.md", ROOT / "CONTRIBUTING.md", *Path(ROOT, "docs").rglob("*.md")}
)
# What was decided of files stays said of them when they are gone.
OF_THE_PRESENT = [path for path in DOCUMENTS if path.name != "decisions.md"]
SETTING = r"`((?:ANALYTICS|REVENGE)_[A-Z_]*[A-Z])\b"
TARGETS = set(
    re.findall(r"^([a-z0-9-]+):", Path(ROOT, "Makefile").read_text("utf-8"), re.MULTILINE)
)


def sections(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made where pages are shown."""
    headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(path: Path) -> Iterator[tuple[Path, str]]:
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", path.read_text("utf-8")):
        page, _, section = link.partition("#")
        yield (path.parent / page if page else path), section


def named(path: Path, pattern: str) -> set[str]:
    return set(re.findall(pattern, path.read_text("utf-8")))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_to_pages_and_sections_that_are_there(path: Path) -> None:
    for page, section in links(path):
        assert page.exists(), page
        assert not section or section in sections(page), (page, section)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_targets_of_make_are_there(path: Path) -> None:
    assert named(path, r"`make ([a-z0-9-]+)") <= TARGETS


@pytest.mark.parametrize("path", OF_THE_PRESENT, ids=name_of)
def test_settings_are_there(path: Path) -> None:
    # Which is written from the settings, as another test holds.
    assert named(path, SETTING) <= named(ROOT / "docs/settings.md", SETTING)


@pytest.mark.parametrize("path", OF_THE_PRESENT, ids=name_of)
def test_files_of_ours_are_there(path: Path) -> None:
    files = named(path, r"`((?:tests|shared|functions|infra|dashboard)/[\w/.-]+)`")
    assert [name for name in sorted(files) if not Path(ROOT, name).exists()] == []
