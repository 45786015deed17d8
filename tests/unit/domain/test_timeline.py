from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.timeline import Interval, Segment, activities, playing, utc_text
from tests.unit.domain.rules.builders import AWAY, HOME, at, segment, timeline

NOW = at("23:00")
MINUTE = timedelta(minutes=1)


def _chains(*segments: Segment, handover: int = 60) -> list[list[Segment]]:
    made = activities(
        segments, NOW, handover=timedelta(seconds=handover), same=lambda s: (s.actor, s.network.key)
    )
    return [list(activity.segments) for activity in made]


def test_segments_are_ordered_by_start_however_given() -> None:
    late, early = segment(at("21:00"), at("22:00")), segment(at("20:00"), at("20:30"))
    assert timeline(late, early).segments == timeline(early, late).segments == (early, late)


@pytest.mark.parametrize("device", [None, "", "  "])
def test_an_absent_device_id_is_an_unknown_device_that_equals_none(device: str | None) -> None:
    one = segment(at("20:00"), at("21:00"), device=device)
    other = segment(at("20:00"), at("21:00"), device=device)
    assert not one.knows_device
    assert one.actor != other.actor


def test_one_session_is_one_player_even_on_an_unknown_device() -> None:
    session = UUID(int=7)
    at_home = segment(at("20:00"), at("20:30"), HOME, None, session=session)
    on_the_way = segment(at("20:30"), at("21:00"), AWAY, None, session=session)
    assert at_home.actor == on_the_way.actor


def test_an_open_segment_reaches_to_now_and_a_closed_one_to_its_end() -> None:
    assert segment(at("20:00"), None).end_or(NOW) == NOW
    assert segment(at("20:00"), at("21:00")).end_or(NOW) == at("21:00")


def test_an_end_before_the_start_counts_as_the_start() -> None:
    assert segment(at("20:00"), at("19:00")).end_or(NOW) == at("20:00")
    assert segment(at("23:30"), None).end_or(NOW) == at("23:30")


def test_autoplay_with_a_small_gap_or_overlap_is_one_activity() -> None:
    first = segment(at("20:00"), at("20:30:01"))
    second = segment(at("20:30"), at("21:00"))
    third = segment(at("21:01"), at("21:30"))
    assert _chains(third, first, second) == [[first, second, third]]


def test_a_longer_gap_begins_another_activity() -> None:
    first, second = segment(at("20:00"), at("20:30")), segment(at("20:31:01"), at("21:00"))
    assert _chains(first, second) == [[first], [second]]
    assert _chains(first, second, handover=61) == [[first, second]]


def test_devices_and_networks_do_not_hand_over_to_each_other() -> None:
    tv = segment(at("20:00"), at("20:30"))
    phone = segment(at("20:30"), at("21:00"), device="phone")
    elsewhere = segment(at("20:30:01"), at("21:00"), AWAY)
    assert _chains(tv, phone, elsewhere) == [[tv], [phone], [elsewhere]]


def test_a_short_segment_inside_a_long_one_does_not_shorten_it() -> None:
    long, short = segment(at("20:00"), at("22:00")), segment(at("20:10"), at("20:20"))
    after = segment(at("22:00:30"), at("22:30"))
    (activity,) = activities(
        [long, short, after], NOW, handover=MINUTE, same=lambda s: s.network.key
    )
    assert (activity.start, activity.end) == (at("20:00"), at("22:30"))


def test_an_activity_with_an_open_member_is_open_and_reaches_to_now() -> None:
    (activity,) = activities(
        [segment(at("20:00"), at("20:30")), segment(at("20:30"), None)],
        NOW,
        handover=MINUTE,
        same=lambda s: s.actor,
    )
    assert activity.is_open
    assert activity.end == NOW


def test_an_activity_knows_who_was_on_at_an_instant() -> None:
    first, second = segment(at("20:00"), at("20:30")), segment(at("20:30:30"), at("21:00"))
    (activity,) = activities([first, second], NOW, handover=MINUTE, same=lambda s: s.actor)
    assert activity.segment_at(at("20:10")) is first
    assert activity.segment_at(at("20:45")) is second
    assert activity.segment_at(at("19:00")) is first
    assert activity.during(at("20:20"), at("20:40")) == (first, second)
    assert activity.during(at("20:30:10"), at("20:30:20")) == (first,)


def test_pauses_are_cut_out_of_what_was_played() -> None:
    pauses = (Interval(at("20:40"), at("20:50")), Interval(at("20:10"), at("20:20")))
    played = playing(segment(at("20:00"), at("21:00"), pauses=pauses), NOW)
    assert played == [
        Interval(at("20:00"), at("20:10")),
        Interval(at("20:20"), at("20:40")),
        Interval(at("20:50"), at("21:00")),
    ]


def test_in_an_open_pause_nothing_plays_until_now() -> None:
    paused = segment(at("20:00"), None, pauses=(Interval(at("20:30"), None),))
    assert playing(paused, NOW) == [Interval(at("20:00"), at("20:30"))]
    resumed = segment(at("20:00"), None, pauses=(Interval(at("20:30"), at("20:31")),))
    assert playing(resumed, NOW)[-1] == Interval(at("20:31"), None)


def test_pauses_that_overlap_or_reach_beyond_the_segment_do_no_harm() -> None:
    pauses = (
        Interval(at("19:00"), at("20:10")),
        Interval(at("20:05"), at("20:20")),
        Interval(at("20:50"), at("22:00")),
    )
    played = playing(segment(at("20:00"), at("21:00"), pauses=pauses), NOW)
    assert played == [Interval(at("20:20"), at("20:50"))]


minutes = st.integers(0, 200).map(lambda n: at("20:00") + n * MINUTE)
spans = st.tuples(minutes, minutes).map(lambda pair: Interval(min(pair), max(pair)))


@settings(max_examples=100)
@given(spans, st.lists(spans, max_size=5))
def test_played_time_is_the_segments_minutes_that_no_pause_holds(
    whole: Interval, pauses: list[Interval]
) -> None:
    played = playing(segment(whole.start, whole.end, pauses=tuple(pauses)), at("12:00", day=1))
    expected = {
        minute
        for minute in range(200)
        if whole.start <= (instant := at("20:00") + minute * MINUTE) < whole.end_or(NOW)
        and not any(pause.start <= instant < pause.end_or(NOW) for pause in pauses)
    }
    covered = [
        minute
        for minute in range(200)
        for span in played
        if span.start <= at("20:00") + minute * MINUTE < span.end_or(NOW)
    ]
    assert sorted(covered) == sorted(expected)


def test_instants_are_written_in_utc_with_a_z() -> None:
    stockholm = datetime(2026, 11, 20, 21, 4, tzinfo=timezone(timedelta(hours=1)))
    assert utc_text(stockholm) == "2026-11-20T20:04:00.000Z"
    assert datetime.fromisoformat(utc_text(stockholm)) == stockholm.astimezone(UTC)


def test_an_instant_without_a_zone_is_refused_as_evidence() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        utc_text(datetime(2026, 11, 20, 20, 4))  # noqa: DTZ001
