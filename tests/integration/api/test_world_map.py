"""The map as its clients get it."""

import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared.domain.world_map import Box, cells_across
from shared.schemas.world_map import MOST_CELLS
from shared.store.database import Connection, Database
from shared.store.world_map import list_cells
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import (
    VIOLATIONS,
    Json,
    ago,
    read,
    start,
    stop,
    travel,
)
from tests.places import LINKOPING, LONDON, MANCHESTER

MAP = "/api/v1/analytics/map"
SOURCES = "/api/v1/admin/sources"


def plays(shown: Json) -> list[Json]:
    return [f for f in shown["features"] if f["properties"]["kind"] == "plays"]


def arcs(shown: Json) -> list[Json]:
    return [f for f in shown["features"] if f["properties"]["kind"] == "arc"]


async def test_sessions_are_points_that_grow_together_from_afar(
    api: Function, ingest: Function
) -> None:
    for address in (LONDON, LONDON, MANCHESTER):
        await start(ingest, ip_address=address)
    ended = await start(ingest, ip_address=LONDON)
    await stop(ingest, ended["id"])
    near = await read(api, MAP, params={"zoom": 8})
    assert near["type"] == "FeatureCollection"
    first, second = plays(near)
    assert first["properties"] == {
        "kind": "plays",
        "sessions": 3,
        "active": 2,
        "local_sessions": 0,
        "users": 3,
        "country": "GB",
        "city": "London",
    }
    assert second["properties"]["city"] == "Manchester"
    [far] = plays(await read(api, MAP, params={"zoom": 0}))
    west, south, east, north = far["bbox"]
    points = [feature["geometry"]["coordinates"] for feature in (first, second)]
    assert (west, east) == tuple(sorted(point[0] for point in points))
    assert (south, north) == tuple(sorted(point[1] for point in points))
    assert far["properties"]["sessions"] == 4
    assert (far["properties"]["country"], far["properties"]["city"]) == ("GB", None)


async def test_each_filter_narrows_the_map(api: Function, ingest: Function) -> None:
    said = {"server_id": "attic", "content_type": "music_track", "started_at": ago(20)}
    wanted = await start(ingest, **said, event_at=ago(20))
    other = await start(ingest, ip_address=LINKOPING, started_at=ago(90), event_at=ago(90))
    await stop(ingest, other["id"])
    for asked in (
        {"user_id": wanted["user_id"]},
        {"server_id": "attic"},
        {"content_type": "music_track"},
        {"live": "true"},
        {"start": ago(40)},
        {"bbox": "-5,50,5,55"},
        {"bbox": "170,50,5,55"},
    ):
        [found] = plays(await read(api, MAP, params={"zoom": 5, **asked}))
        assert found["properties"]["city"] == "London", asked
    [before] = plays(await read(api, MAP, params={"zoom": 5, "end": ago(40)}))
    assert before["properties"]["city"] == "Linköping"


async def test_who_plays_on_a_lan_is_where_the_server_is(api: Function, ingest: Function) -> None:
    await start(ingest, source="revenge", ip_address="192.168.1.9")
    await start(ingest, source="unheard-of", ip_address="192.168.1.9")
    shown = await read(api, MAP)
    assert (plays(shown), shown["unplaced_sessions"]) == ([], 2)
    made = await api.call(
        "POST",
        SOURCES,
        json={
            "name": "Home",
            "config": {"kind": "revenge", "url": "https://playback.example/control"},
            "place": {"country": "NO", "city": "Bergen", "latitude": 60.39, "longitude": 5.32},
        },
    )
    assert made.status_code == 201, made.text
    shown = await read(api, MAP)
    [found] = plays(shown)
    assert found["geometry"]["coordinates"] == pytest.approx([5.32, 60.39])
    assert (found["properties"]["local_sessions"], found["properties"]["city"]) == (1, "Bergen")
    assert shown["unplaced_sessions"] == 1


async def test_lines_join_the_places_of_open_cases(
    api: Function, ingest: Function, detect: Function
) -> None:
    user_id = await travel(ingest, detect)
    [case] = (await read(api, VIOLATIONS))["data"]
    [arc] = arcs(await read(api, MAP))
    assert arc["geometry"]["type"] == "LineString"
    assert arc["properties"]["case_id"] == case["id"]
    assert (arc["properties"]["user_id"], arc["properties"]["user_name"]) == (user_id, "ada")
    assert "London" in arc["properties"]["sentence"]
    for asked in ({"arcs": "false"}, {"user_id": str(uuid4())}, {"end": ago(60)}):
        assert arcs(await read(api, MAP, params=asked)) == []
    await api.call("PUT", f"{VIOLATIONS}/{case['id']}/acknowledge")
    assert arcs(await read(api, MAP)) == []
    assert len(arcs(await read(api, MAP, params={"case_id": case["id"]}))) == 1
    missing = await api.call("GET", MAP, params={"case_id": str(uuid4())})
    assert (missing.status_code, missing.json()["code"]) == (404, "violation_not_found")


async def test_who_may_not_see_addresses_sees_towns_and_not_houses(
    api: Function, ingest: Function, detect: Function, caller: CallerWith
) -> None:
    await travel(ingest, detect)
    viewer = await caller("viewer")
    shown = await read(api, MAP, params={"zoom": 20}, headers=viewer)
    [arc] = arcs(shown)
    numbers = [*arc["geometry"]["coordinates"][0], *arc["geometry"]["coordinates"][1]]
    for feature in plays(shown):
        numbers += [*feature["geometry"]["coordinates"], *feature["bbox"]]
    assert numbers == pytest.approx([round(number, 1) for number in numbers], abs=1e-9)
    around = {"bbox": "-0.0935,51.5140,-0.0925,51.5145", "zoom": 20}
    assert plays(await read(api, MAP, params=around))
    assert plays(await read(api, MAP, params=around, headers=viewer)) == []


async def test_lines_take_the_permission_to_see_violations(
    api: Function, ingest: Function, detect: Function, caller: CallerWith
) -> None:
    await travel(ingest, detect)
    [case] = (await read(api, VIOLATIONS))["data"]
    only_map = await caller("viewer", "analytics.map.view")
    shown = await read(api, MAP, headers=only_map)
    assert plays(shown)
    assert arcs(shown) == []
    answer = await api.call("GET", MAP, params={"case_id": case["id"]}, headers=only_map)
    assert answer.status_code == 403
    nobody = await api.call("GET", MAP, headers=await caller("service"))
    assert nobody.status_code == 403


async def test_adult_sessions_are_not_on_the_map(
    api: Function, ingest: Function, caller: CallerWith
) -> None:
    await start(ingest, content_type="qar.movie")
    shown = await read(api, MAP, headers=await caller("admin"))
    assert (shown["features"], shown["unplaced_sessions"]) == ([], 0)


CROWD = """
WITH person AS (
    INSERT INTO users (user_id, first_seen_at, last_active_at) VALUES (uuidv7(), now(), now())
    RETURNING user_id
),
places AS (
    INSERT INTO user_networks (user_id, network_key, address, network_class, kind, latitude,
        longitude, pinned_at, last_seen_at)
    SELECT user_id, n::text, '81.2.69.160', 'public', 'residential', n %% 50, n / 50, now(), now()
    FROM person CROSS JOIN generate_series(1, %(places)s) AS n
)
INSERT INTO analytics_sessions (user_id, id, version, last_seen_at, progress_ms, watched_ms,
    paused_ms, buffered_ms, state, source, session_key, started_at, network_since, network_key,
    content_type, content_id)
SELECT user_id, uuidv7(), 1, now(), 0, 0, 0, 0, 'playing', 's', 'k', now(), now(),
    CASE WHEN n > 0 THEN n::text END, 'movie', 'm'
FROM person
CROSS JOIN LATERAL (
    SELECT 0 AS n
    UNION ALL
    SELECT n FROM generate_series(1, %(places)s) AS n CROSS JOIN generate_series(1, 2)
) AS played
"""


async def test_what_has_no_place_is_told_of_however_many_places_are_busier(
    api: Function, database: Database
) -> None:
    await database.run(lambda c: c.execute(CROWD, {"places": MOST_CELLS + 2}))
    for asked in ({"zoom": 20, "live": True}, {"zoom": 20, "bbox": "-1,-1,90,60", "live": True}):
        shown = await read(api, MAP, params=asked)
        assert (len(plays(shown)), shown["is_truncated"]) == (MOST_CELLS, True)
        assert shown["unplaced_sessions"] == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"zoom": 21}, "zoom"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "0,60,5,50"}, "bbox"),
        ({"bbox": "0,0,nan,1"}, "bbox"),
        ({"bbox": "-190,0,0,1"}, "bbox"),
        ({"start": "2026-02-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}, "end"),
        ({"start": "2016-02-01T00:00:00Z"}, "start"),
        ({"live": "true", "start": "2026-02-01T00:00:00Z"}, "body"),
        ({"content_type": "Movie!"}, "content_type"),
        ({"city": "London"}, "city"),
    ],
    ids=[
        "too close",
        "three edges",
        "upside down",
        "no number",
        "off the earth",
        "ends before",
        "too long",
        "live then",
        "no type",
        "unknown",
    ],
)
async def test_what_cannot_be_shown_is_refused_by_its_name(
    api: Function, asked: dict[str, Any], field: str
) -> None:
    answer = await api.call("GET", MAP, params=asked)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_an_empty_world_is_a_map_too(api: Function) -> None:
    assert await read(api, MAP) == {
        "type": "FeatureCollection",
        "features": [],
        "unplaced_sessions": 0,
        "is_truncated": False,
        "tiles": None,
    }


# A pin's degrees east and north, and how many sessions played there.
PINS = st.lists(
    st.tuples(
        st.floats(-180, 180).map(lambda degrees: round(degrees, 6)),
        st.floats(-90, 90).map(lambda degrees: round(degrees, 6)),
        st.integers(1, 3),
    ),
    max_size=12,
)
NOW = datetime.now(UTC).replace(microsecond=0)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pins=PINS,
    zoom=st.integers(0, 20),
    box=st.none()
    | st.builds(Box, st.floats(-180, 180), st.just(-45.0), st.floats(-180, 180), st.just(45.0)),
)
async def test_cells_add_up_to_what_a_plain_fold_gives(
    connection: Connection,
    pins: list[tuple[float, float, int]],
    zoom: int,
    box: Box | None,
) -> None:
    async with connection.transaction(force_rollback=True):
        user_id = uuid4()
        await pin(connection, user_id, pins)
        rows = await list_cells(
            connection,
            {"start": NOW - timedelta(days=1), "end": NOW, "user_id": user_id},
            servers={},
            cells=cells_across(zoom),
            box=box,
            exact=True,
            limit=1_000,
        )
    expected: defaultdict[tuple[int, int], int] = defaultdict(int)
    for longitude, latitude, sessions in pins:
        if box is None or is_inside(box, longitude, latitude):
            expected[cell(longitude, latitude, cells_across(zoom))] += sessions
    assert {(row["x"], row["y"]): row["sessions"] for row in rows} == expected
    for row in rows:
        assert row["west"] - 1e-6 <= row["longitude"] <= row["east"] + 1e-6
        assert row["south"] - 1e-6 <= row["latitude"] <= row["north"] + 1e-6


def is_inside(box: Box, longitude: float, latitude: float) -> bool:
    if not box.south <= latitude <= box.north:
        return False
    if box.west <= box.east:
        return box.west <= longitude <= box.east
    return longitude >= box.west or longitude <= box.east


def cell(longitude: float, latitude: float, cells: int) -> tuple[int, int]:
    """Return the cell of a Web Mercator grid: north-west is (0, 0)."""
    north = math.radians(max(-85.0511, min(85.0511, latitude)))
    down = 0.5 - math.log(math.tan(math.pi / 4 + north / 2)) / (2 * math.pi)
    across = (longitude + 180) / 360
    return min(int(across * cells), cells - 1), min(int(down * cells), cells - 1)


async def pin(connection: Connection, user_id: UUID, pins: list[tuple[float, float, int]]) -> None:
    await connection.execute(
        "INSERT INTO users (user_id, first_seen_at, last_active_at) VALUES (%s, %s, %s)",
        [user_id, NOW, NOW],
    )
    for number, (longitude, latitude, sessions) in enumerate(pins):
        await connection.execute(
            "INSERT INTO user_networks (user_id, network_key, address, network_class, kind,"
            " latitude, longitude, pinned_at, last_seen_at)"
            " VALUES (%s, %s, '81.2.69.160', 'public', 'residential', %s, %s, %s, %s)",
            [user_id, str(number), latitude, longitude, NOW, NOW],
        )
        await connection.execute(
            "INSERT INTO analytics_sessions (user_id, id, version, last_seen_at, progress_ms,"
            " watched_ms, paused_ms, buffered_ms, state, source, session_key, started_at,"
            " stopped_at, end_reason, network_since, network_key, content_type, content_id)"
            " SELECT %(user_id)s, uuidv7(), 1, %(at)s, 0, 0, 0, 0, 'stopped', 's', 'k', %(at)s,"
            " %(at)s, 'stopped', %(at)s, %(key)s, 'movie', 'm' FROM generate_series(1, %(many)s)",
            {
                "user_id": user_id,
                "at": NOW - timedelta(hours=1),
                "key": str(number),
                "many": sessions,
            },
        )
