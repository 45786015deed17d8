"""What the documents say to paste, pasted into a shell as it stands, beside what `make run` starts."""

import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from infra.local.config import ROOT
from tests.e2e.conftest import Stack, running_alone

# In this order: what is said of a person is said of who was told of before.
DOCUMENTS = (
    "README.md",
    "docs/sessions.md",
    "docs/api.md",
    "docs/statistics.md",
    "docs/integrations.md",
    "docs/detection.md",
    "docs/notifications.md",
    "docs/playback-control.md",
    "docs/sources.md",
    "docs/sources/emby.md",
    "docs/sources/jellyfin.md",
    "docs/sources/plex.md",
    "docs/privacy.md",
)
# Tells what each request was answered with. One never ends by itself, and one has to wait for a job.
CURL = r"""
curl() {
  case "$*" in
    */live*) set -- --max-time 2 "$@" ;;
    */readmit*) set -- --fail --retry 60 --retry-delay 1 --retry-all-errors "$@" ;;
  esac
  command curl --write-out '%{stderr}answered %{http_code} %{url_effective}\n' "$@"
}
"""
ANSWERED = re.compile(r"^answered (\d+) (.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    """Run a stack into which an evening is played."""
    for stack in running_alone(tmp_path_factory):
        subprocess.run(
            [sys.executable, "-m", "infra.demo"], cwd=ROOT, env=stack.environment, check=True
        )
        yield stack


def blocks(document: str) -> list[str]:
    """Return what a document says to paste, but for what starts the stack."""
    text = Path(ROOT, document).read_text(encoding="utf-8")
    return [b for b in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "make run" not in b]


def test_each_document_with_lines_to_paste_is_pasted() -> None:
    written = {ROOT / "README.md", *Path(ROOT, "docs").rglob("*.md")}
    with_lines = {str(path.relative_to(ROOT)) for path in written if blocks(str(path))}
    assert with_lines == set(DOCUMENTS)


def test_every_line_is_answered_as_it_should_be(stack: Stack, tmp_path: Path) -> None:
    for folder in (".local", ".demo"):
        (tmp_path / folder).symlink_to(stack.data_dir)
    for document in DOCUMENTS:
        lines = CURL + "\n".join(blocks(document))
        here = re.sub(r"localhost:80[89]0", urlsplit(stack.url).netloc, lines)
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-u", "-c", here],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        answered = ANSWERED.findall(done.stderr)
        assert answered, document
        assert [pair for pair in answered if not pair[0].startswith("2")] == [], document
        assert done.returncode == 0, (document, done.stderr)
        assert len(answered) >= len(re.findall(r"^\s*(?:curl|get|post|put) ", lines, re.MULTILINE))
