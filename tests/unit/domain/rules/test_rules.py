import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.domain.network import Network, NetworkClass
from shared.domain.place import Place
from shared.domain.rules import (
    CONFIG_TYPES,
    DEFAULT_SEVERITY,
    ConcurrentStreams,
    DeviceVelocity,
    GeoRestriction,
    ImpossibleTravel,
    Inactivity,
    RuleConfig,
    RuleType,
    Scope,
    SimultaneousLocations,
    detect,
    look_back,
)
from shared.domain.timeline import Segment
from tests.unit.domain.rules.builders import (
    AWAY,
    HOME,
    LINKOPING,
    LONDON,
    PERSON,
    USER,
    at,
    found,
    network,
    rule,
    segment,
    timeline,
)

HERE = segment(at("18:00"), at("20:04"), content_type="movie", library="films")
THERE = segment(at("20:31"), at("22:00"), AWAY, "phone", content_type="movie", library="films")
NOW = at("23:00")


def _scoped(scope: Scope, groups: frozenset[str] = frozenset()) -> bool:
    whose = timeline(HERE, THERE, person=replace(PERSON, groups=groups))
    return bool(detect(rule(ImpossibleTravel(), scope=scope), whose, NOW).findings)


def test_an_empty_scope_covers_everything() -> None:
    assert _scoped(Scope())


def test_a_rule_sees_only_the_content_types_and_libraries_it_is_scoped_to() -> None:
    assert _scoped(Scope(content_types=frozenset({"movie"})))
    assert not _scoped(Scope(content_types=frozenset({"music_track"})))
    assert not _scoped(Scope(exclude_content_types=frozenset({"movie"})))
    assert _scoped(Scope(libraries=frozenset({"films"})))
    assert not _scoped(
        Scope(libraries=frozenset({"films"}), exclude_libraries=frozenset({"films"}))
    )


def test_what_has_no_server_is_outside_a_rule_that_names_servers() -> None:
    assert not _scoped(Scope(servers=frozenset({"main"})))
    assert _scoped(Scope(exclude_servers=frozenset({"main"})))


def test_a_rule_is_about_the_users_and_groups_it_is_scoped_to() -> None:
    assert _scoped(Scope(users=frozenset({str(USER).upper()})))
    assert not _scoped(Scope(users=frozenset({"someone"})))
    assert not _scoped(Scope(exclude_users=frozenset({str(USER)})))
    family = frozenset({"family"})
    assert _scoped(Scope(groups=family), groups=family)
    assert not _scoped(Scope(groups=family))
    assert not _scoped(Scope(exclude_groups=family), groups=family | {"vip"})


def test_a_rule_that_is_not_enabled_is_evaluated_for_backtests() -> None:
    off = rule(ImpossibleTravel(), enabled=False)
    assert detect(off, timeline(HERE, THERE), NOW).findings


def test_every_type_has_a_configuration_a_severity_and_a_look_back() -> None:
    assert set(CONFIG_TYPES) == set(DEFAULT_SEVERITY) == set(RuleType)
    for config_type in CONFIG_TYPES.values():
        assert look_back(rule(config_type())) >= timedelta(0)


@pytest.mark.parametrize("config_type", CONFIG_TYPES.values())
def test_a_person_without_history_is_never_a_finding(config_type: type[RuleConfig]) -> None:
    assert not found(config_type()).findings


def test_a_rule_looks_back_over_its_window_and_a_day_of_lateness() -> None:
    assert look_back(rule(ImpossibleTravel(window_hours=48))) == timedelta(hours=72)
    assert look_back(rule(DeviceVelocity())) == timedelta(hours=48)
    assert look_back(rule(ConcurrentStreams())) == timedelta(hours=24)
    assert look_back(rule(Inactivity())) == timedelta(0)


# --- configurations at the edge -----------------------------------------------------------------


@pytest.mark.parametrize("config_type", CONFIG_TYPES.values())
def test_defaults_are_valid_and_unknown_keys_are_refused(config_type: type[RuleConfig]) -> None:
    adapter = TypeAdapter(config_type)
    assert adapter.validate_python({}) == config_type()
    assert adapter.validate_json(adapter.dump_json(config_type())) == config_type()
    assert adapter.json_schema()["additionalProperties"] is False
    with pytest.raises(ValidationError):
        adapter.validate_python({"max_sped": 1})


@pytest.mark.parametrize(
    ("config_type", "body"),
    [
        (ImpossibleTravel, {"max_speed_kmh": 0}),
        (ImpossibleTravel, {"max_speed_kmh": float("nan")}),
        (ImpossibleTravel, {"min_distance_km": float("inf")}),
        (ImpossibleTravel, {"window_hours": 2161}),
        (ImpossibleTravel, {"window_hours": 0}),
        (ImpossibleTravel, {"anonymous": "deny"}),
        (ImpossibleTravel, {"resident_days": -1}),
        (SimultaneousLocations, {"resident_days": 31}),
        (SimultaneousLocations, {"min_overlap_seconds": 0}),
        (DeviceVelocity, {"count": "cities"}),
        (DeviceVelocity, {"max": 0}),
        (ConcurrentStreams, {"max_streams": 0}),
        (ConcurrentStreams, {"handover_seconds": -1}),
        (GeoRestriction, {"countries": ["UK"]}),
        (GeoRestriction, {"countries": ["Sweden"]}),
        (GeoRestriction, {"mode": "block"}),
        (Inactivity, {"inactive_days": 0}),
    ],
)
def test_a_parameter_out_of_range_is_refused(
    config_type: type[RuleConfig], body: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(config_type).validate_python(body)


def test_countries_are_read_in_either_case() -> None:
    config = TypeAdapter(GeoRestriction).validate_json('{"countries": ["se", "GB", "SE"]}')
    assert config.countries == {"SE", "GB"}


# --- 5,000 segments -----------------------------------------------------------------------------


def _busy(count: int, *, devices: int | None, where: list[Network]) -> list[Segment]:
    """Return a day of half-minute segments that jump between networks and devices."""
    made: list[Segment] = []
    for n in range(count):
        start = at("00:00") + timedelta(seconds=17 * n)
        device = None if devices is None else f"device-{n % devices}"
        spot = where[n % len(where)]
        made.append(segment(start, start + timedelta(seconds=30 + n % 7), spot, device))
    return made


def _cities(count: int) -> list[Network]:
    return [
        network(
            f"81.{n // 250}.{n % 250}.1",
            replace(LONDON, city=f"City {n}", latitude=51 + (n % 70) / 50, longitude=n / 90),
        )
        for n in range(count)
    ]


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls that work makes: the same on any machine, however busy."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("config_type", CONFIG_TYPES.values())
@pytest.mark.parametrize("devices", [3, None])
def test_twice_the_segments_in_a_day_are_no_more_than_thrice_the_work(
    config_type: type[RuleConfig], devices: int | None
) -> None:
    def work(count: int) -> Callable[[], object]:
        segments = _busy(count, devices=devices, where=[HOME, AWAY, *_cities(9)])
        return lambda: found(config_type(), *segments, now=at("12:00", day=1))

    assert calls_of(work(2_000)) < 3 * calls_of(work(1_000))


@pytest.mark.parametrize("config", [ImpossibleTravel(), SimultaneousLocations()])
def test_an_account_used_in_a_thousand_cities_does_not_stop_the_detector(
    config: RuleConfig,
) -> None:
    def work(count: int) -> Callable[[], object]:
        cities = [
            replace(city, place=replace(city.place or LONDON, longitude=37.0 * n))
            for n, city in enumerate(_cities(count))
        ]
        segments = _busy(count, devices=None, where=cities)
        return lambda: found(config, *segments, now=at("12:00", day=1))

    assert calls_of(work(1_000)) < 3 * calls_of(work(500))


@pytest.mark.parametrize(
    "config", [ConcurrentStreams(), SimultaneousLocations(), ImpossibleTravel()]
)
def test_twice_the_open_streams_are_no_more_than_thrice_the_work(config: RuleConfig) -> None:
    def work(count: int) -> Callable[[], object]:
        segments = [
            segment(at("00:00") + timedelta(seconds=10 * n), None, (HOME, AWAY)[n % 2], None)
            for n in range(count)
        ]
        return lambda: found(config, *segments, now=at("20:00"))

    assert calls_of(work(2_000)) < 3 * calls_of(work(1_000))


# --- what never is a finding --------------------------------------------------------------------

RULES_OF_DISTANCE = (ImpossibleTravel(min_distance_km=0), SimultaneousLocations(min_distance_km=0))


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 600),
            st.integers(0, 200),
            st.sampled_from([LINKOPING, LONDON, Place(), None]),
            st.sampled_from(["tv", "phone", None]),
        ),
        max_size=12,
    )
)
def test_one_network_is_never_far_from_itself_wherever_it_is_said_to_be(
    visits: list[tuple[int, int, Place | None, str | None]],
) -> None:
    segments = [
        segment(
            at("08:00") + timedelta(minutes=start),
            at("08:00") + timedelta(minutes=start + length),
            Network("89.160.20.112", NetworkClass.PUBLIC, place=place),
            device,
        )
        for start, length, place, device in visits
    ]
    for config in RULES_OF_DISTANCE:
        assert not found(config, *segments).findings
