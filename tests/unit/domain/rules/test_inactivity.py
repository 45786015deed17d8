from dataclasses import replace
from datetime import datetime, timedelta

from shared.domain.finding import Detection
from shared.domain.rules import Inactivity, Scope, detect
from shared.domain.timeline import Person, Segment
from tests.unit.domain.rules.builders import PERSON, at, rule, segment, timeline

LAST = at("20:00")
MONTH = Inactivity()
LATER = at("20:00", day=30)
ACTIVE = replace(PERSON, last_active_at=LAST)


def _found(
    *segments: Segment,
    person: Person = ACTIVE,
    now: datetime = LATER,
    config: Inactivity = MONTH,
) -> Detection:
    return detect(rule(config), timeline(*segments, person=person), now)


def test_no_activity_for_the_whole_time_is_a_finding() -> None:
    (finding,) = _found().findings
    assert finding.at == LATER
    assert finding.sentence == "No activity for 30 days, since 2026-11-20."
    assert finding.facts["last_active_at"] == "2026-11-20T20:00:00.000Z"


def test_a_second_less_is_no_finding_and_nothing_is_due() -> None:
    assert _found(now=LATER - timedelta(seconds=1)) == Detection()


def test_a_dormancy_is_found_once_however_often_it_is_looked_for() -> None:
    assert _found(now=LATER + timedelta(days=100)) == _found()


def test_the_next_activity_arms_it_again() -> None:
    (before,) = _found().findings
    back = replace(ACTIVE, last_active_at=at("08:00", day=40))
    assert not _found(person=back, now=at("08:00", day=41)).findings
    (after,) = _found(person=back, now=at("08:00", day=70)).findings
    assert after.identity != before.identity
    assert after.behaviour_key != before.behaviour_key


def test_who_streams_now_is_active_even_on_a_trusted_device_or_out_of_scope() -> None:
    assert not _found(segment(at("19:00", day=30), None)).findings
    assert not _found(segment(at("19:00", day=30), None, trusted=True)).findings
    scoped = rule(MONTH, scope=Scope(content_types=frozenset({"music_track"})))
    streaming = timeline(segment(at("19:00", day=30), None), person=ACTIVE)
    assert not detect(scoped, streaming, LATER).findings


def test_an_archived_or_trusted_user_is_never_a_finding() -> None:
    assert not _found(person=replace(ACTIVE, archived=True)).findings
    assert not _found(person=replace(ACTIVE, trusted=True)).findings


def test_who_never_streamed_is_a_finding_only_if_included() -> None:
    never = replace(PERSON, first_seen_at=at("08:00"))
    assert not _found(person=never).findings
    everybody = Inactivity(include_never_active=True)
    (finding,) = _found(person=never, config=everybody).findings
    assert finding.sentence == "Never streamed, and known since 2026-11-20: longer than 30 days."
    assert finding.at == at("08:00", day=30)
    assert not _found(person=never, config=everybody, now=at("07:59", day=30)).findings
