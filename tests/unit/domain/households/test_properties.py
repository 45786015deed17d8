"""What always holds of households and of the score, whoever lives how."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.households.bonds import TOGETHER, apart
from shared.domain.households.grouping import Visit, visits
from shared.domain.network import Network
from shared.domain.sharing_score import LIMITS, SharingScore
from shared.domain.timeline import Segment
from tests.unit.domain.households.lives import (
    CARRIER,
    DAYS,
    FLAT,
    KNOWLEDGE,
    NOW,
    OFFICE,
    SUNDSVALL,
    VPN,
    classes,
    every,
    learned,
    scored,
    watch,
)
from tests.unit.domain.rules.builders import AWAY, DAY, FAR, HOME, LAN, NEAR, segment

MINUTE = timedelta(minutes=1)
NETWORKS = (HOME, AWAY, FAR, NEAR, LAN, OFFICE, CARRIER, VPN, FLAT, Network())
DEVICES = st.sampled_from([None, "", "tv", "phone", "tablet", "box"])
TV = watch(every(1), HOME, "tv", minutes=150)


@st.composite
def viewings(draw: st.DrawFn, networks: Sequence[Network] = NETWORKS) -> Segment:
    start = DAY + draw(st.integers(0, DAYS * 1440 - 1)) * MINUTE
    end = draw(st.one_of(st.none(), st.integers(0, 600)))
    where, device = draw(st.sampled_from(networks)), draw(DEVICES)
    made = segment(start, None if end is None else start + end * MINUTE, where, device)
    return replace(made, trusted=draw(st.booleans()))


@st.composite
def habits(draw: st.DrawFn) -> list[Segment]:
    """Return what somebody does again and again: so that classes other than unknown come up."""
    where, device = draw(st.sampled_from(NETWORKS)), draw(DEVICES)
    clock = f"{draw(st.integers(0, 23)):02}:00"
    days = every(draw(st.integers(1, 9)), draw(st.integers(0, 60)))
    return watch(days, where, device, clock, draw(st.integers(1, 300)))


@st.composite
def whole_lives(draw: st.DrawFn) -> list[Segment]:
    regular = draw(st.lists(habits(), max_size=5))
    return [one for habit in regular for one in habit] + draw(st.lists(viewings(), max_size=20))


lives = whole_lives()


def total(score: SharingScore) -> int:
    return sum(found.points for found in score.contributions)


@settings(max_examples=60)
@given(life=lives, trusted=st.booleans())
def test_a_score_is_the_sum_of_its_contributions_and_between_0_and_100(
    *, life: list[Segment], trusted: bool
) -> None:
    score = scored(life, trusted=trusted)
    assert score.score == total(score)
    assert 0 <= score.score <= (0 if trusted else 100)
    assert all(found.points and found.text for found in score.contributions)
    assert sum(LIMITS.values()) == 100


@settings(max_examples=40)
@given(lives, st.randoms())
def test_the_order_in_which_segments_come_changes_nothing(
    life: list[Segment], order: random.Random
) -> None:
    other = [*life]
    order.shuffle(other)
    assert learned(other) == learned(life)
    assert scored(other) == scored(life)


@settings(max_examples=40)
@given(lives)
def test_the_names_of_placed_networks_change_nothing(life: list[Segment]) -> None:
    def renamed(one: Segment) -> Segment:
        key = one.network.key
        if key is None or one.network.place is None:
            return one
        name = ".".join(reversed(key.split(".")))
        return replace(one, network=replace(one.network, key=name, address=name))

    other = [renamed(one) for one in life]
    assert classes(learned(other)) == classes(learned(life))
    assert scored(other) == scored(life)


@settings(max_examples=60)
@given(st.integers(0, DAYS - 2), st.lists(viewings((FAR, AWAY, FLAT)), max_size=30))
def test_whatever_happens_in_one_day_the_score_stays_near_nothing(
    day: int, event: list[Segment]
) -> None:
    def on_the_day(one: Segment) -> Segment:
        at = DAY + timedelta(days=day, hours=one.started_at.hour / 2)
        lasting = (one.ended_at or one.started_at) - one.started_at
        return replace(one, device_id="other", started_at=at, ended_at=at + lasting)

    assert scored(TV, [on_the_day(one) for one in event]).score <= 5


@settings(max_examples=50)
@given(
    st.sampled_from([AWAY, FLAT, FAR, SUNDSVALL]),
    st.integers(1, 5),
    st.integers(0, 80),
    st.integers(0, 90),
)
def test_more_of_the_same_evidence_never_lowers_the_score(
    where: Network, step: int, start: int, count: int
) -> None:
    days = every(step, start)
    less, more = (
        scored(TV, watch(days[:length], where, "other")).score for length in (count, count + 1)
    )
    assert less <= more


@settings(max_examples=30)
@given(st.integers(0, 90))
def test_evidence_fades_until_it_is_gone(later: int) -> None:
    elsewhere = watch(every(2, 10, 60), SUNDSVALL, "other")
    home = watch(range(200), HOME, "tv")
    scores = [
        scored(home, elsewhere, now=NOW + timedelta(days=after)).score for after in (0, later, 90)
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] == 0


def minutes_apart(found: Sequence[Visit], circle: dict[int, int]) -> dict[int, set[date]]:
    """Return the days of ``apart`` from looking at each minute: slow and plain."""
    times: dict[tuple[int, date], timedelta] = {}
    for minute in range(4 * 1440):
        now = DAY + minute * MINUTE
        playing = [
            (int(visit.site), visit.segment.actor)
            for visit in found
            if any(span.start <= now < span.end_or(visit.end) for span in visit.spans)
            and not visit.segment.trusted
        ]
        circles = {circle[number] for number, _ in playing}
        if len(circles) > 1 and len({actor for _, actor in playing}) > 1:
            for number in {number for number, _ in playing}:
                key = (number, now.date())
                times[key] = times.get(key, timedelta()) + MINUTE
    long_enough = [key for key, time in times.items() if time >= TOGETHER]
    return {number: {day for n, day in long_enough if n == number} for number, _ in long_enough}


spans = st.tuples(
    st.integers(0, 3),
    st.integers(0, 3 * 1440),
    st.integers(1, 400),
    st.sampled_from(["a", "b", "c"]),
    st.booleans(),
)


@settings(max_examples=100)
@given(st.lists(spans, max_size=12), st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_days_apart_are_those_that_a_look_at_each_minute_gives(
    drawn: list[tuple[int, int, int, str, bool]], circle: list[int]
) -> None:
    found: list[Visit] = []
    for number, start, length, device, trusted in drawn:
        at = DAY + start * MINUTE
        made = replace(segment(at, at + length * MINUTE, HOME, device), trusted=trusted)
        [visit] = visits([made], since=DAY, now=NOW, zone=KNOWLEDGE.zone)
        found.append(replace(visit, site=str(number)))
    houses = {n: [visit for visit in found if visit.site == str(n)] for n in range(4)}
    by_number = dict(enumerate(circle))
    swept = apart(houses, by_number, KNOWLEDGE.zone).days
    assert {n: set(days) for n, days in swept.items()} == minutes_apart(found, by_number)
