"""Whether the evening is what a playback service could send, and whom it makes suspect."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID, uuid4, uuid5

import pytest

from infra.demo.evening import Evening, arrival, evening, plan
from infra.demo.sharing import SHARER
from infra.demo.viewing import Event
from shared.domain.network import parse_address
from shared.domain.record import Record, open_record, record
from shared.domain.rules import (
    CONFIG_TYPES,
    DEFAULT_SEVERITY,
    ConcurrentStreams,
    Rule,
    RuleConfig,
    RuleMode,
    RuleType,
    detect,
)
from shared.domain.session import EventKind, Session, State
from shared.domain.timeline import Person, Timeline
from shared.domain.viewing import Viewing
from shared.schemas.session_events import BatchEvent, SessionStart, to_session_event
from shared.services.timelines import Belongings, segments
from tests.unit.demo.places import network

NOW = datetime(2026, 11, 20, 22, 47, 31, tzinfo=UTC)
RUN = UUID("8f0e3a52-3a1b-4b62-9c1f-6f1f2b3c4d5e")
NAMES = {person.user_id(RUN): person.name for person in evening(RUN, NOW).people}


@cache
def played() -> Evening:
    return evening(RUN, NOW)


def friend_starts() -> Event:
    return {"event": "start", **arrival(RUN, NOW)}


def folded(events: Iterable[Event]) -> list[Session]:
    """Return the sessions as the service folds them."""
    records: dict[str, Record] = {}
    for event in events:
        said = BatchEvent.model_validate(event)
        told = to_session_event(said, said.event, now=NOW, ipv6_prefix=64)
        if said.event is EventKind.START:
            blank = Session(
                id=uuid5(RUN, said.session_key),
                user_id=UUID(said.user_id),
                source=said.source,
                session_key=said.session_key,
                started_at=told.at,
                last_seen_at=told.at,
                network_since=told.at,
            )
            records[said.session_key] = open_record(blank, told)
        else:
            records[said.session_key] = record(records[said.session_key], told, NOW)
    return [entry.session for entry in records.values()]


def viewing(session: Session) -> Viewing:
    """Return what the store would read of a session."""
    said = ("device_id", "device_name", "content_type", "title")
    texts = {name: str(session.attributes[name]) for name in said if name in session.attributes}
    return Viewing(
        session.user_id,
        session.id,
        session.network,
        session.network_since,
        session.stopped_at,
        **texts,
        past_segments=session.past_segments,
        interruptions=session.interruptions,
        paused_since=session.interrupted_since if session.state is State.PAUSED else None,
    )


def timelines(events: Iterable[Event], *, knows_systems: bool) -> dict[str, Timeline]:
    """Return everybody's timeline by name."""
    found: dict[str, Timeline] = {}
    for session in folded(events):
        addresses = [session.network, *(past.network for past in session.past_segments)]
        pinned = {
            known.key: network(known.address, knows_systems=knows_systems)
            for known in addresses
            if known is not None
        }
        name = NAMES[session.user_id]
        person = Person(user_id=session.user_id, name=name, first_seen_at=NOW)
        before = found.get(name, Timeline(person)).segments
        found[name] = Timeline(
            person, (*before, *segments(viewing(session), Belongings(pinned, {})))
        )
    return found


def live(config: RuleConfig) -> Rule:
    rule_type = next(kind for kind, made in CONFIG_TYPES.items() if isinstance(config, made))
    return Rule(
        id=uuid4(),
        name=rule_type.value,
        type=rule_type,
        config=config,
        severity=DEFAULT_SEVERITY[rule_type],
        mode=RuleMode.LIVE,
    )


FIRST_RULES = [live(CONFIG_TYPES[rule_type]()) for rule_type in RuleType]


def suspects(
    events: Iterable[Event], *, knows_systems: bool, rules: list[Rule] = FIRST_RULES
) -> list[tuple[str, str]]:
    """Return who has a finding or a ripening one, and by which rule."""
    suspected: list[tuple[str, str]] = []
    for name, timeline in timelines(events, knows_systems=knows_systems).items():
        for rule in rules:
            detection = detect(rule, timeline, NOW, rules)
            if detection.findings or detection.due_at:
                suspected.append((name, rule.type))
    return suspected


knowing = pytest.mark.parametrize("knows_systems", [True, False])


def test_every_event_is_one_that_the_service_takes() -> None:
    for event in played().events:
        BatchEvent.model_validate(event)
    SessionStart.model_validate(arrival(RUN, NOW))


def test_events_come_in_the_order_in_which_they_happened_and_are_fresh() -> None:
    instants = [datetime.fromisoformat(str(event["event_at"])) for event in played().events]
    assert instants == sorted(instants)
    assert NOW - timedelta(hours=5) < instants[0] < NOW - timedelta(hours=4)
    assert NOW - timedelta(minutes=1) < instants[-1] <= NOW


def test_no_two_sessions_share_a_key_and_each_starts_once() -> None:
    starts = [event["session_key"] for event in played().events if event["event"] == "start"]
    assert len(starts) == len(set(starts)) == played().sessions


def test_nobody_plays_beyond_the_end_of_an_item() -> None:
    lengths: dict[object, object] = {}
    for event in played().events:
        if event["event"] == "start" and "duration_seconds" in event:
            lengths[event["session_key"]] = event["duration_seconds"]
        length = lengths.get(event["session_key"], float("inf"))
        assert isinstance(length, float)
        assert 0 <= float(event["progress_seconds"]) <= length, event


def test_a_device_plays_one_thing_at_a_time_up_to_the_second_of_autoplay() -> None:
    by_device: dict[str, list[tuple[timedelta, timedelta]]] = {}
    for viewing in plan():
        by_device.setdefault(viewing.device.key, []).append((viewing.start, viewing.end))
    overlaps = {
        earlier[1] - later[0]
        for spans in by_device.values()
        for earlier, later in zip(sorted(spans), sorted(spans)[1:], strict=False)
    }
    assert max(overlaps) == timedelta(seconds=1)


@knowing
def test_only_the_sharer_is_suspected_and_at_once(*, knows_systems: bool) -> None:
    all_events = [*played().events, friend_starts()]
    found = suspects(all_events, knows_systems=knows_systems)
    assert found == [(SHARER.name, "impossible_travel")]


@knowing
def test_nobody_is_suspected_while_the_evening_is_still_being_sent(*, knows_systems: bool) -> None:
    # Until its stop arrives a session is open, and reaches to now.
    events = played().events
    for sent in range(0, len(events) + 1, 250):
        assert suspects(events[:sent], knows_systems=knows_systems) == []


def test_the_sentence_names_both_cities() -> None:
    sharer = timelines([*played().events, friend_starts()], knows_systems=True)[SHARER.name]
    [rule] = [rule for rule in FIRST_RULES if rule.type is RuleType.IMPOSSIBLE_TRAVEL]
    [finding] = detect(rule, sharer, NOW, FIRST_RULES).findings
    assert finding.sentence == (
        "Streamed from London (62.252.72.x) on Living room until 22:41 and from Berlin"
        " (89.247.64.x) on Phone from 22:47: at least 732 km in 6 min, 7,316 km/h;"
        " the limit is 900."
    )


def test_the_family_plays_as_many_streams_as_are_allowed() -> None:
    strict = [live(ConcurrentStreams(max_streams=2))]
    found = suspects(played().events, knows_systems=True, rules=strict)
    assert ("Jorin", "concurrent_streams") in found


def test_the_evening_holds_the_addresses_that_mislead_others() -> None:
    texts = {str(event["ip_address"]) for event in played().events}
    assert {"N/A", "172.17.0.1", "192.168.1.20"} < texts
    assert any("." in text and ":" in text for text in texts), "an address with its port"
    assert len([text for text in texts if (read := parse_address(text)) and read.version == 6]) == 4


def test_people_are_others_in_every_run() -> None:
    others = {person.user_id(uuid4()) for person in played().people}
    assert others.isdisjoint(NAMES)
    assert len(NAMES) == len(played().people) == 12
