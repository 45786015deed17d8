"""Leaving people out of whom there is nothing to find never leaves anything out."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from shared.domain.backtest import Span, WouldBe, backtest
from shared.domain.rules import (
    ConcurrentStreams,
    DeviceVelocity,
    GeoRestriction,
    ImpossibleTravel,
    Inactivity,
    RuleConfig,
    SimultaneousLocations,
)
from shared.services.histories import Trial, try_on
from shared.services.timelines import load_timelines
from shared.store.database import Connection
from tests import histories
from tests.histories import NOW, Run
from tests.unit.domain.rules.builders import rule

CONFIGS: tuple[RuleConfig, ...] = (
    ImpossibleTravel(),
    ImpossibleTravel(min_distance_km=0, max_speed_kmh=1, window_hours=2_000),
    ImpossibleTravel(anonymous="flag"),
    SimultaneousLocations(),
    SimultaneousLocations(min_distance_km=0, min_overlap_seconds=1, same_asn_min_distance_km=0),
    DeviceVelocity(max=2, window_hours=200),
    DeviceVelocity(count="networks", max=2),
    DeviceVelocity(count="devices", max=1),
    ConcurrentStreams(max_streams=1),
    ConcurrentStreams(max_streams=2, handover_seconds=3_600, count_paused=True),
    ConcurrentStreams(max_streams=2, handover_seconds=0),
    GeoRestriction(countries=frozenset({"GB"})),
    GeoRestriction(mode="allow", countries=frozenset({"SE"}), unknown="flag"),
    Inactivity(),
    Inactivity(inactive_days=1),
)
MISCONFIGURED = """
INSERT INTO misconfigured_sources
    (source, address, network_class, kind, sessions, users, devices, found_at)
VALUES (%s, '10.0.0.1', 'local', 'unknown', 1, 1, 1, now())
"""
RULES = tuple(rule(config) for config in CONFIGS)


Found = dict[tuple[UUID, UUID], WouldBe]


async def narrowed(connection: Connection, user_ids: list[UUID], trial: Trial) -> Found:
    tried = await try_on(connection, user_ids, trial)
    return {(one.timeline.person.user_id, one.rule.id): one.would_be for one in tried}


async def unnarrowed(connection: Connection, user_ids: list[UUID], trial: Trial) -> Found:
    timelines = await load_timelines(connection, user_ids, since=trial.since, now=trial.span.end)
    return {
        (user_id, one.id): would_be
        for user_id, timeline in timelines.items()
        for one in trial.rules
        if (would_be := backtest(one, timeline, trial.span, trial.live_rules))
    }


@dataclass(frozen=True, slots=True)
class Scene:
    """Some people's pasts, and what is set beside them."""

    pasts: list[list[Run]]
    stream_limit: int | None
    end: datetime
    left_out: str


ENDS = (NOW, NOW - timedelta(days=47), NOW - timedelta(days=79, hours=10))
scenes = st.builds(
    Scene,
    pasts=st.lists(histories.pasts, min_size=1, max_size=3),
    stream_limit=st.sampled_from([None, 1, 4]),
    end=st.sampled_from(ENDS),
    left_out=st.sampled_from(["nothing", "nothing", "other"]),
)


async def arrange(connection: Connection, scene: Scene) -> list[UUID]:
    """Write the scene; return who is in it."""
    user_ids = [uuid4() for _ in scene.pasts]
    for user_id, past in zip(user_ids, scene.pasts, strict=True):
        await histories.write(connection, user_id, past)
    await connection.execute("UPDATE users SET stream_limit = %s", (scene.stream_limit,))
    if scene.left_out != "nothing":
        await connection.execute(MISCONFIGURED, (scene.left_out,))
    return user_ids


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scene=scenes)
def test_narrowing_never_drops_a_finding(
    common_url: str, loop: asyncio.Runner, scene: Scene
) -> None:
    trial = Trial(RULES, Span(NOW - timedelta(days=90), scene.end), (RULES[3],))

    async def within() -> tuple[Found, Found]:
        async with await AsyncConnection[DictRow].connect(
            common_url, row_factory=dict_row
        ) as connection:
            user_ids = await arrange(connection, scene)
            found = (
                await narrowed(connection, user_ids, trial),
                await unnarrowed(connection, user_ids, trial),
            )
            await connection.rollback()
            return found

    with_narrowing, without = loop.run(within())
    assert with_narrowing == without
