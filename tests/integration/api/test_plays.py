"""Plays as they are asked for over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Function
from tests.integration.api.conftest import CallerWith, Headers
from tests.integration.api.scenes import ago, read, start, stop, tell
from tests.places import LONDON

PLAYS = "/api/v1/analytics/plays"


@pytest.fixture
async def film_in_two_evenings(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> Function:
    """Give the api after somebody watched a film in two parts, the second of them transcoded."""
    user_id = str(uuid4())

    async def watch(begun: float, ended: float, position: int, **said: object) -> None:
        at = ago(begun)
        made = await start(
            ingest, user_id=user_id, started_at=at, event_at=at, duration_seconds=7200, **said
        )
        await tell(ingest, made["id"], progress_seconds=position, event_at=ago(ended))
        await stop(ingest, made["id"], ended)

    await watch(300, 280, 1200, stream_type="direct_play", device_name="Television")
    await watch(100, 70, 3000, stream_type="transcode", device_name="Phone", progress_seconds=1200)
    await functions("aggregate_stats").job("/recent")
    return api


async def test_what_was_gone_on_with_is_one_play_with_its_parts(
    film_in_two_evenings: Function,
) -> None:
    view = await read(film_in_two_evenings, PLAYS, params={"total": True})
    (play,) = view["data"]
    assert view["page"]["total"] == 1
    assert play["play_id"] == play["id"] == play["parts"][0]["id"]
    assert play["state"] == "stopped"
    assert play["progress_seconds"] == 3000
    assert play["watched_seconds"] == pytest.approx(50 * 60, abs=2)
    assert [part["device_name"] for part in play["parts"]] == ["Television", "Phone"]
    assert play["stopped_at"] == play["parts"][1]["stopped_at"]


async def test_filters_choose_the_sessions_that_a_play_is_shown_with(
    film_in_two_evenings: Function,
) -> None:
    asked = {"stream_type": "transcode"}
    (play,) = (await read(film_in_two_evenings, PLAYS, params=asked))["data"]
    assert [part["stream_type"] for part in play["parts"]] == ["transcode"]
    assert play["id"] == play["parts"][0]["id"] != play["play_id"]
    assert play["watched_seconds"] == pytest.approx(30 * 60, abs=2)


async def test_a_file_has_a_line_for_each_play(film_in_two_evenings: Function) -> None:
    answer = await film_in_two_evenings.call("GET", PLAYS, params={"format": "csv"})
    assert answer.headers["content-disposition"] == 'attachment; filename="plays.csv"'
    head, *lines = answer.text.splitlines()
    assert "play_id" in head
    assert len(lines) == 1


async def test_who_may_not_see_addresses_or_adult_content_gets_neither(
    api: Function, ingest: Function, caller: CallerWith, legacy_reader: Headers
) -> None:
    await start(ingest, user_id=str(uuid4()))
    await start(ingest, user_id=str(uuid4()), content_type="qar.voyage")

    async def shown(headers: dict[str, Any]) -> list[dict[str, Any]]:
        return (await read(api, PLAYS, headers=headers))["data"]

    (seen,) = await shown(await caller("viewer"))
    assert seen["ip_address"] != LONDON
    assert len(await shown(legacy_reader)) == 2


async def test_another_page_goes_on_where_one_ended(api: Function, ingest: Function) -> None:
    made = {(await start(ingest))["id"] for _ in range(3)}
    first = await read(api, PLAYS, params={"limit": 2})
    cursor = first["page"]["next_cursor"]
    second = await read(api, PLAYS, params={"limit": 2, "cursor": cursor})
    assert {play["id"] for play in first["data"] + second["data"]} == made
    assert second["page"]["next_cursor"] is None
