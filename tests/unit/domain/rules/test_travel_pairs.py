from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.network import Network, NetworkKind
from shared.domain.place import effective_distance_km, site
from shared.domain.rules import (
    ImpossibleTravel,
)
from shared.domain.timeline import Segment
from tests.unit.domain.rules.builders import (
    AWAY,
    FAR,
    HOME,
    LAN,
    LINKOPING,
    LONDON,
    NEAR,
    STOCKHOLM,
    at,
    found,
    network,
    segment,
)

TRAVEL = ImpossibleTravel()
BARE = ImpossibleTravel(resident_days=0)
"""What the sweep finds, before anybody's homes and carriers excuse any of it."""

WHERE = [
    HOME,
    AWAY,
    FAR,
    NEAR,
    LAN,
    Network(),
    network("89.160.20.113", LINKOPING),
    network("2a02:d500::/64", replace(LINKOPING, latitude=58.5)),
    network("81.2.69.9", LONDON, NetworkKind.VPN),
    network("81.2.70.9", replace(LONDON, latitude=51.6, asn=LINKOPING.asn)),
    network("90.1.1.1", STOCKHOLM, NetworkKind.CARRIER),
]


@st.composite
def days(draw: st.DrawFn) -> list[Segment]:
    segments: list[Segment] = []
    for number in range(draw(st.integers(2, 14))):
        start = at("00:00") + timedelta(seconds=30 * draw(st.integers(0, 1200)))
        length = draw(st.none() | st.integers(0, 300).map(lambda n: timedelta(seconds=30 * n)))
        device = draw(st.sampled_from(["tv", "phone", "tablet", None]))
        shared = device is None and draw(st.booleans())
        end = None if length is None else start + length
        session = UUID(int=1 if shared else number + 1000)
        segments.append(segment(start, end, draw(st.sampled_from(WHERE)), device, session=session))
    return segments


def _all_pairs(segments: list[Segment], now: datetime) -> dict[frozenset[str], tuple[float, float]]:
    """Return, by pair of sites, the first instant and the highest speed, comparing every pair."""
    worst: dict[frozenset[str], tuple[float, float]] = {}
    ordered = sorted(segments, key=lambda s: s.started_at)
    for a, b in combinations(ordered, 2):
        same_device = a.device_id is not None and a.device_id == b.device_id
        if same_device or a.session_id == b.session_id or a.network.key == b.network.key:
            continue
        distance = effective_distance_km(a.network, b.network)
        seconds = max(60.0, (b.started_at - a.end_or(now)).total_seconds())
        if distance is None or distance < 100 or seconds > 86_400:
            continue
        speed = distance / seconds * 3600
        if speed > 900:
            sites = frozenset({site(a.network) or "", site(b.network) or ""})
            first, top = worst.get(sites, (float("inf"), 0.0))
            worst[sites] = (min(first, b.started_at.timestamp()), max(top, round(speed, 1)))
    return worst


@settings(max_examples=150)
@given(days())
def test_the_sweep_finds_what_comparing_all_pairs_finds(segments: list[Segment]) -> None:
    now = at("12:00", day=1)
    worst: dict[frozenset[str], tuple[float, float]] = {}
    for finding in found(BARE, *segments, now=now).findings:
        sites = frozenset(site(segment.network) or "" for segment in finding.segments)
        speed = finding.facts["speed_kmh"]
        assert isinstance(speed, float)
        first, top = worst.get(sites, (float("inf"), 0.0))
        worst[sites] = (min(first, finding.at.timestamp()), max(top, speed))
    assert worst == _all_pairs(segments, now)


@settings(max_examples=50)
@given(days().flatmap(lambda segments: st.tuples(st.just(segments), st.permutations(segments))))
def test_a_permutation_of_the_segments_gives_the_same_findings(
    orders: tuple[list[Segment], list[Segment]],
) -> None:
    given_first, given_second = orders
    keys = {finding.identity for finding in found(TRAVEL, *given_first).findings}
    assert {finding.identity for finding in found(TRAVEL, *given_second).findings} == keys
