"""A few hundred people: that the simulation is true to itself, and that the goals hold on it."""

import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from shared.domain.rules.rule import RuleType
from tests.simulation.people import bench
from tests.simulation.people.addresses import GeoDatabase
from tests.simulation.people.atlas import DENIED, kilometres
from tests.simulation.people.judging import Judged, judge
from tests.simulation.people.life import STREAMS, Sitting
from tests.simulation.people.population import KINDS, Individual, individual
from tests.simulation.people.spans import HOUR
from tests.simulation.people.tally import ours, plain, quality
from tests.simulation.people.telling import tell
from tests.simulation.people.truth import truth_of

SEED, PEOPLE = 1, 300
ALL = list(RuleType)
HONEST = (
    *(kind.name for kind in KINDS[: [kind.name for kind in KINDS].index("in a denied country")]),
)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    with ProcessPoolExecutor(max_workers=2) as pool:
        return list(pool.map(partial(judge, SEED), range(PEOPLE), chunksize=20))


@pytest.fixture(scope="module")
def people() -> list[Individual]:
    return [individual(SEED, number) for number in range(100)]


@pytest.mark.parametrize("rule", ALL)
def test_each_rule_reaches_its_goals(judged: list[Judged], rule: RuleType) -> None:
    found = quality(judged, [rule], ours)
    assert any(rule in person.truth.visible for person in judged)
    assert found.precision >= 0.98
    assert found.recall >= 0.95


def test_honest_people_are_told_of_hardly_ever(judged: list[Judged]) -> None:
    assert quality(judged, ALL, ours).false_alerts <= 1
    assert quality(judged, ALL, plain).false_alerts > 100


def test_who_hides_behind_a_vpn_or_lives_next_door_is_beyond_every_rule_of_distance(
    judged: list[Judged],
) -> None:
    hidden = {RuleType.IMPOSSIBLE_TRAVEL, RuleType.SIMULTANEOUS_LOCATIONS}
    for person in judged:
        if person.kind in ("shares, behind a VPN", "shares, same city"):
            assert person.shares
            assert not person.truth.visible & hidden


def test_a_seed_gives_the_same_people_each_time() -> None:
    assert [judge(SEED, number) for number in range(5)] == [judge(SEED, n) for n in range(5)]
    assert judge(SEED, 0) != judge(SEED + 1, 0)


def _on_each_device(person: Individual) -> list[list[Sitting]]:
    devices: dict[int, list[Sitting]] = {}
    for sitting in person.life.sittings:
        devices.setdefault(id(sitting.device), []).append(sitting)
    return list(devices.values())


def test_a_device_is_in_one_place_at_a_time_and_travels_no_faster_than_planes_do(
    people: list[Individual],
) -> None:
    for person in people:
        for sittings in _on_each_device(person):
            for earlier, later in pairwise(sittings):
                assert earlier.end <= later.start
                hours = (later.start - earlier.end) / HOUR
                distance = kilometres(earlier.access.city, later.access.city)
                assert distance <= 900 * hours, person.kind.name


def test_honest_people_keep_to_the_limit_of_streams_and_to_one_household(
    people: list[Individual],
) -> None:
    for person in people:
        if person.kind.name in HONEST:
            assert not person.kind.shares
            assert {sitting.household for sitting in person.life.sittings} <= {0}
            truth = truth_of(person, GeoDatabase(SEED))
            assert RuleType.CONCURRENT_STREAMS not in truth.did, (person.kind.name, STREAMS)


def test_what_is_told_of_a_life_is_all_of_it_and_nothing_else(people: list[Individual]) -> None:
    for person in people[:40]:
        told = tell(person.life, GeoDatabase(SEED))
        lived = sum(sitting.end - sitting.start for sitting in person.life.sittings)
        played = sum(
            (segment.ended_at - segment.started_at).total_seconds()
            for segment in told.timeline.segments
            if segment.ended_at
        )
        assert played == pytest.approx(lived, rel=0.01)
        keys = {segment.network.key for segment in told.timeline.segments}
        assert None not in keys


def test_a_network_stays_where_it_was_first_seen_when_the_place_database_changes(
    people: list[Individual],
) -> None:
    database = GeoDatabase(SEED)
    moved = 0
    for person in people:
        places: dict[str | None, object] = {}
        for segment in tell(person.life, database).timeline.segments:
            place = places.setdefault(segment.network.key, segment.network.place)
            assert segment.network.place == place
            if segment.network.place and segment.network.address:
                address = segment.network.address
                moved += database.place(address, 1) != database.place(address, 2)
    assert moved > 100


def test_nobody_is_denied_who_was_not_in_a_denied_country(judged: list[Judged]) -> None:
    assert DENIED
    for person in judged:
        if person.ours[RuleType.GEO_RESTRICTION]:
            assert RuleType.GEO_RESTRICTION in person.truth.did


def test_the_benchmark_writes_its_table_and_its_figures(tmp_path: Path) -> None:
    arguments = ["--people", "60", "--seeds", "5", "6", "--output", str(tmp_path)]
    assert bench.main(arguments) == 0
    text = (tmp_path / "detection.md").read_text(encoding="utf-8")
    assert "<!-- bench:detection -->" in text
    assert "seeds 5, 6" in text
    assert "| `impossible_travel` |" in text
    figures = json.loads((tmp_path / "detection.json").read_text(encoding="utf-8"))
    assert figures["detection_people"] == 120
    assert 0 <= figures["detection_ours_all_precision_ratio"] <= 1
