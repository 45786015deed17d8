"""The pages that say what to paste where."""

import re
from pathlib import Path

import pytest

from functions.ingest_session.adapters import ADAPTERS
from functions.ingest_session.adapters.documents import read_objects
from tests.payloads.samples import SAMPLES

DOCS = Path(__file__).parents[3] / "docs" / "sources"


@pytest.mark.parametrize("kind", sorted(ADAPTERS))
def test_every_kind_of_server_has_a_page_and_samples(kind: str) -> None:
    page = (DOCS / f"{kind}.md").read_text("utf-8")
    assert f'"kind": "{kind}"' in page
    assert any(sample.kind == kind for sample in SAMPLES)


@pytest.mark.parametrize("braces", [("{{{", "}}}"), ("{{", "}}")])
def test_the_template_for_jellyfin_says_all_that_the_plugin_can(braces: tuple[str, str]) -> None:
    [template] = re.findall(
        r"```handlebars\n(.*?)```", (DOCS / "jellyfin.md").read_text("utf-8"), re.DOTALL
    )
    given = {
        "NotificationType": "PlaybackStart", "ServerId": "6c41d884a9c1490f8fd0863e04d75a69",
        "UserId": "6d23c30c5e9d4ec6a66db6b05b63e516", "ItemId": "514941104216969e74a8d87fc7893ad5",
        "ItemType": "Episode", "Name": 'The \\"Lock\\"' if braces[0] == "{{{" else "The \\&quot;Lock\\&quot;",
        "SeasonNumber": "1", "IsPaused": "False", "RunTimeTicks": "28512110000",
    }  # fmt: skip
    body = re.sub(r"\{\{\{(\w+)\}\}\}", lambda match: given.get(match[1], ""), template)
    objects = read_objects(body.encode())
    assert objects is not None
    [playback] = ADAPTERS["jellyfin"](objects[0], "default").playbacks
    assert playback.attributes["title"] == 'The "Lock"'
    assert playback.attributes["season_number"] == 1
    assert playback.address is None
