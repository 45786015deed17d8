"""Webhook sources as administrators see them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.domain.keys import key_digest
from shared.services.sources import Doorkeeper, Tallies
from shared.store.database import Connection, Database
from shared.store.sources import Source, list_sources
from tests.conftest import Function
from tests.integration.adapters.conftest import SOURCES, MakeSource, Send, path_of

PLAY = b'{"event": "library.new"}'


async def test_a_source_is_shown_once_with_the_url_to_paste(
    api: Function, make_source: MakeSource, database: Database
) -> None:
    made = await make_source("plex")
    assert made["token"].startswith("rvw_")
    assert made["url"] == f"http://test/api/v1/analytics/webhooks/plex/{made['token']}"
    listed = await api.call("GET", SOURCES)
    assert made["token"] not in listed.text
    [shown] = listed.json()["data"]
    assert (shown["id"], shown["hint"], shown["events"]) == (made["id"], made["token"][:8], 0)

    async def digests(connection: Connection) -> list[bytes]:
        cursor = await connection.execute("SELECT digest FROM webhook_sources")
        return [bytes(row["digest"]) for row in await cursor.fetchall()]

    assert await database.run(digests) == [key_digest(made["token"])]


async def test_the_url_begins_with_the_public_address_where_one_is_set(
    functions: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYTICS_PUBLIC_URL", "https://stats.example.org/")
    wanted = {"name": "Plex", "kind": "plex"}
    made = (await functions("api").call("POST", SOURCES, json=wanted)).json()
    assert made["url"].startswith("https://stats.example.org/api/v1/analytics/webhooks/plex/rvw_")


async def test_a_revoked_source_opens_nothing_and_stays_listed(
    api: Function, ingest: Function, make_source: MakeSource
) -> None:
    made = await make_source("emby")
    assert (await api.call("DELETE", f"{SOURCES}/{made['id']}")).status_code == 204
    answer = await ingest.client.post(path_of(made), content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    [shown] = (await api.call("GET", SOURCES)).json()["data"]
    assert shown["revoked_at"] is not None


@pytest.mark.parametrize("kind", ["plex", "jellyfin", "emby"])
async def test_a_token_that_nobody_made_opens_nothing(ingest: Function, kind: str) -> None:
    for token in ("rvw_nothing", "x" * 3_000, "%00", "%F0%9F%8E%A7", ADMIN_PATH):
        answer = await ingest.client.post(
            f"/api/v1/analytics/webhooks/{kind}/{token}", content=PLAY
        )
        assert answer.status_code == 401, (token, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


ADMIN_PATH = "rva_000000000000000000000000000000000000"


async def test_a_burst_of_webhooks_with_one_token_is_let_in_at_once(
    make_source: MakeSource, database: Database
) -> None:
    token, doorkeeper = (await make_source("plex"))["token"], Doorkeeper()
    burst = (doorkeeper.identify(database, "plex", token) for _ in range(500))
    assert {source.kind for source in await asyncio.gather(*burst)} == {"plex"}


async def test_a_token_of_another_kind_opens_nothing(
    ingest: Function, make_source: MakeSource
) -> None:
    made = await make_source("jellyfin")
    path = path_of(made).replace("jellyfin", "plex")
    assert (await ingest.client.post(path, content=PLAY)).status_code == 401
    assert (await ingest.client.post(path.replace("plex", "kodi"))).status_code == 422


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"name": " ", "kind": "plex"}, 422),
        ({"name": "x", "kind": "kodi"}, 422),
        ({"name": "x", "kind": "plex", "token": "mine"}, 422),
        ({"name": "a\x00b", "kind": "plex"}, 422),
    ],
)
async def test_a_wrong_source_is_refused(api: Function, said: dict[str, Any], status: int) -> None:
    assert (await api.call("POST", SOURCES, json=said)).status_code == status


async def test_a_name_is_one_sources_and_one_that_never_was_is_not_found(api: Function) -> None:
    wanted = {"name": "twin", "kind": "plex"}
    assert (await api.call("POST", SOURCES, json=wanted)).status_code == 201
    twin = await api.call("POST", SOURCES, json=wanted)
    assert (twin.status_code, twin.json()["code"]) == (409, "name_taken")
    assert (await api.call("DELETE", f"{SOURCES}/{uuid4()}")).status_code == 404


async def test_sources_are_for_those_who_may_manage_them(api: Function) -> None:
    made = await api.call("POST", "/api/v1/admin/keys", json={"name": "mod", "role": "moderator"})
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    assert (await api.call("GET", SOURCES, headers=headers)).status_code == 403


async def test_the_first_webhook_shows_at_once_and_later_ones_cost_no_write_each(
    api: Function, ingest: Function, send: Send
) -> None:
    for _ in range(5):
        assert (await send("plex", PLAY)).json()["result"] == "ignored"
    [shown] = (await api.call("GET", SOURCES)).json()["data"]
    assert (shown["events"], shown["ignored"]) == (1, 1)
    assert shown["last_event_at"] is not None
    counted = (await ingest.call("GET", "/metrics")).text
    name = shown["name"]
    assert f'webhooks_total{{kind="plex",result="ignored",source="{name}"}} 5.0' in counted


async def test_what_is_counted_adds_up_and_the_latest_problem_stays(
    make_source: MakeSource, database: Database
) -> None:
    made = await make_source("plex")
    shown = (await database.run(list_sources))[0]
    source = Source(shown["id"], made["name"], "plex")
    tallies, now = Tallies(every_seconds=0), datetime.now(UTC)
    await tallies.note(database, source, "recorded", None, now=now)
    await tallies.note(database, source, "unreadable", "no JSON" * 500, now=now)
    await tallies.note(database, source, "ignored", None, now=now)
    [row] = await database.run(list_sources)
    assert (row["events"], row["recorded"], row["ignored"]) == (3, 1, 1)
    assert row["last_problem"].startswith("no JSON")
    assert (row["last_event_at"], row["last_problem_at"]) == (now, now)
