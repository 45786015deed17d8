"""A person's timeline as the detector reads it, from what producers said over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.domain.network import NetworkClass
from shared.domain.timeline import Interval, Timeline
from shared.services.timelines import load_timeline
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.scenes import start, stop, tell
from tests.places import LINKOPING, LONDON, LONDON_IPV6


def before_now(**span: float) -> datetime:
    """Return an instant as exact as sessions are kept."""
    at = datetime.now(UTC) - timedelta(**span)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


async def timeline(database: Database, user_id: str, days: float = 1) -> Timeline:
    now = datetime.now(UTC)
    found = await database.run(
        lambda connection: load_timeline(
            connection, UUID(user_id), since=now - timedelta(days=days), now=now
        )
    )
    assert found is not None
    return found


async def test_a_session_is_cut_wherever_its_network_changes_in_mid_stream(
    ingest: Function, database: Database
) -> None:
    began, moved = before_now(minutes=30), before_now(minutes=20)
    session = await start(ingest, started_at=began.isoformat(), event_at=began.isoformat())
    said = {"event_at": moved.isoformat(), "ip_address": LINKOPING}
    await tell(ingest, session["id"], **said)
    home, away = (await timeline(database, session["user_id"])).segments
    assert (home.network.key, home.started_at, home.ended_at) == (LONDON, began, moved)
    assert (away.network.key, away.started_at, away.ended_at) == (LINKOPING, moved, None)
    assert home.session_id == away.session_id == UUID(session["id"])
    assert [segment.network.place.city for segment in (home, away) if segment.network.place] == [
        "London",
        "Linköping",
    ]


async def test_a_live_session_reaches_to_now_and_its_last_sign_of_life_is_its_end_once_it_times_out(
    ingest: Function, database: Database, functions: Callable[[str], Function]
) -> None:
    sign = before_now(minutes=10)
    session = await start(ingest)
    await tell(ingest, session["id"], event_at=sign.isoformat(), progress_seconds=60)
    [segment] = (await timeline(database, session["user_id"])).segments
    assert segment.is_open
    assert (await functions("cleanup").job("/stale-sessions")).json()["closed"] == 1
    [segment] = (await timeline(database, session["user_id"])).segments
    assert segment.ended_at == sign


async def test_time_is_the_producers_and_not_that_of_arrival(
    ingest: Function, database: Database
) -> None:
    began, ended = before_now(hours=5), before_now(hours=4)
    session = await start(ingest, started_at=began.isoformat(), event_at=began.isoformat())
    await stop(ingest, session["id"], minutes_ago=240)
    [segment] = (await timeline(database, session["user_id"])).segments
    assert segment.started_at == began
    assert segment.ended_at is not None
    assert abs(segment.ended_at - ended) < timedelta(minutes=1)


async def test_what_ended_before_the_timeline_begins_is_not_in_it(
    ingest: Function, database: Database
) -> None:
    session = await start(ingest)
    await stop(ingest, session["id"], minutes_ago=10)
    assert (await timeline(database, session["user_id"], days=1 / 24)).segments
    assert not (await timeline(database, session["user_id"], days=1 / 24 / 12)).segments


async def test_a_servers_word_that_a_player_is_on_the_lan_does_not_beat_its_address(
    ingest: Function, database: Database
) -> None:
    user_id = (await start(ingest, location="lan"))["user_id"]
    [segment] = (await timeline(database, user_id)).segments
    assert segment.network.network_class is NetworkClass.PUBLIC


async def test_a_session_without_an_address_is_on_the_unknown_network(
    ingest: Function, database: Database
) -> None:
    user_id = (await start(ingest, ip_address="N/A"))["user_id"]
    [segment] = (await timeline(database, user_id)).segments
    assert (segment.network.key, segment.network.place) == (None, None)
    assert segment.network.network_class is NetworkClass.UNKNOWN


async def test_the_devices_of_an_ipv6_home_are_on_one_network(
    ingest: Function, database: Database
) -> None:
    user_id = (await start(ingest, ip_address=LONDON_IPV6))["user_id"]
    neighbour = LONDON_IPV6.replace("::25", ":a:b:c:d")
    await start(ingest, user_id=user_id, device_id="phone", ip_address=neighbour)
    segments = (await timeline(database, user_id)).segments
    assert {segment.network.key for segment in segments} == {"2a02:c7f:0:10::/64"}
    assert {segment.network.address for segment in segments} == {LONDON_IPV6, neighbour}


async def test_pauses_are_part_of_a_segment_and_buffering_is_none(
    ingest: Function, database: Database
) -> None:
    session = await start(ingest)
    paused, resumed, buffering = (before_now(minutes=m) for m in (20, 15, 10))
    for at, state in ((paused, "paused"), (resumed, "playing"), (buffering, "buffering")):
        await tell(ingest, session["id"], event_at=at.isoformat(), state=state)
    [segment] = (await timeline(database, session["user_id"])).segments
    assert segment.pauses == (Interval(paused, resumed),)
