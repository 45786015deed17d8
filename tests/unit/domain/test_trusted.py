"""What is trusted is evidence of nothing, for as long as it is, and nothing else is touched."""

from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.network import NetworkKind
from shared.domain.rules import ConcurrentStreams, ImpossibleTravel, detect
from shared.domain.timeline import Segment, Timeline
from shared.domain.trusted import (
    Trusted,
    TrustedDevice,
    TrustedEntry,
    TrustedNetwork,
    TrustedPair,
    TrustedPlace,
    TrustedUser,
    trusted_pairs,
    with_trust,
)
from tests.unit.domain.rules.builders import (
    AWAY,
    FAR,
    HOME,
    LAN,
    LONDON,
    USER,
    at,
    rule,
    segment,
    timeline,
)

OTHER = UUID("01980000-0000-7000-8000-000000000002")
NOW = at("12:00", day=1)
HERE, THERE = segment(at("19:00"), at("20:00")), segment(at("20:10"), at("21:00"), AWAY, "phone")

LONDON_AND_AROUND = TrustedPlace(51.5, -0.1, 30)
DEVICE, NETWORK = TrustedDevice("phone"), TrustedNetwork(ip_network("81.2.69.0/24"))


def entry(
    trusted: Trusted, user_id: UUID | None = USER, expires_at: datetime | None = None
) -> TrustedEntry:
    return TrustedEntry(id=UUID(int=1), trusted=trusted, user_id=user_id, expires_at=expires_at)


def marked(*entries: TrustedEntry, of: tuple[Segment, ...] = (HERE, THERE)) -> list[bool]:
    return [segment.trusted for segment in with_trust(timeline(*of), entries, NOW).segments]


@pytest.mark.parametrize(
    "trusted", [DEVICE, NETWORK, LONDON_AND_AROUND], ids=["device", "network", "place"]
)
@pytest.mark.parametrize("user_id", [USER, None], ids=["one", "everybody"])
def test_a_trusted_device_network_or_place_marks_its_own_segments_and_no_other(
    trusted: Trusted, user_id: UUID | None
) -> None:
    assert marked(entry(trusted, user_id)) == [False, True]


def test_a_trusted_side_is_never_a_finding() -> None:
    journey = timeline(HERE, THERE)
    assert detect(rule(ImpossibleTravel()), journey, NOW).findings
    trusted = with_trust(journey, [entry(LONDON_AND_AROUND)], NOW)
    assert not detect(rule(ImpossibleTravel()), trusted, NOW).findings


def test_a_trusted_user_yields_nothing() -> None:
    trusted = with_trust(timeline(HERE, THERE), [entry(TrustedUser())], NOW)
    assert trusted.person.trusted
    assert all(segment.trusted for segment in trusted.segments)


def test_what_is_trusted_for_one_user_is_not_for_another() -> None:
    assert marked(entry(DEVICE, OTHER), entry(TrustedUser(), OTHER)) == [False, False]


def test_what_began_before_the_end_of_trust_stays_trusted() -> None:
    before, after = (replace(HERE, started_at=at(clock)) for clock in ("19:00", "19:40"))
    ended = entry(TrustedDevice("tv"), expires_at=at("19:40"))
    assert marked(ended, of=(before, after)) == [True, False]


def test_a_user_whose_trust_has_ended_is_looked_at_but_not_for_what_was_trusted() -> None:
    looked_at = with_trust(
        timeline(HERE, THERE), [entry(TrustedUser(), expires_at=at("20:05"))], NOW
    )
    assert not looked_at.person.trusted
    assert [segment.trusted for segment in looked_at.segments] == [True, False]


def test_of_two_entries_the_one_that_lasts_longer_counts() -> None:
    short, long = entry(DEVICE, expires_at=at("18:00")), entry(DEVICE)
    assert marked(short, long) == marked(long, short) == [False, True]


@pytest.mark.parametrize("device", [None, "", " "])
def test_an_unknown_device_is_never_the_trusted_one(device: str | None) -> None:
    unknown = replace(THERE, device_id=device)
    assert marked(entry(TrustedDevice("phone")), of=(unknown,)) == [False]


def test_a_place_ends_at_its_radius() -> None:
    centre = TrustedPlace(LONDON.latitude or 0, LONDON.longitude or 0, 1257)
    assert marked(entry(centre)) == [False, True]
    assert marked(entry(replace(centre, radius_km=1259))) == [True, True]


@pytest.mark.parametrize("kind", [NetworkKind.VPN, NetworkKind.TOR, NetworkKind.CARRIER])
def test_an_exit_that_stands_in_a_trusted_place_is_not_trusted(kind: NetworkKind) -> None:
    exit_there = replace(THERE, network=replace(AWAY, kind=kind))
    assert marked(entry(LONDON_AND_AROUND), of=(exit_there,)) == [False]


def test_a_local_network_is_trusted_as_a_network_and_never_as_a_place() -> None:
    at_home = segment(at("19:00"), at("20:00"), LAN)
    assert marked(entry(TrustedNetwork(ip_network("192.168.0.0/16"))), of=(at_home,)) == [True]
    everywhere = TrustedPlace(0, 0, 20_038)
    assert marked(entry(everywhere), of=(at_home,)) == [False]


def test_a_network_of_one_ip_version_holds_no_address_of_the_other() -> None:
    assert marked(entry(TrustedNetwork(ip_network("::/0")))) == [False, False]


def test_a_pair_is_trusted_together_and_each_of_them_is_judged_as_ever() -> None:
    pair = entry(TrustedPair(OTHER))
    assert marked(pair) == [False, False]
    assert trusted_pairs([pair, entry(DEVICE)], NOW) == {frozenset({USER, OTHER})}


def test_a_pair_whose_trust_has_ended_is_trusted_no_longer() -> None:
    assert not trusted_pairs([entry(TrustedPair(OTHER), expires_at=NOW)], NOW)


def test_a_trusted_stream_does_not_count_towards_a_limit() -> None:
    streams = [segment(at("19:00"), at("20:00"), device=f"tv-{n}") for n in range(4)]
    four = timeline(*streams)
    assert detect(rule(ConcurrentStreams()), four, NOW).findings
    three = with_trust(four, [entry(TrustedDevice("tv-0"))], NOW)
    assert not detect(rule(ConcurrentStreams()), three, NOW).findings


ENTRIES = st.builds(
    entry,
    st.sampled_from([DEVICE, NETWORK, LONDON_AND_AROUND, TrustedUser(), TrustedPair(OTHER)]),
    st.sampled_from([USER, OTHER, None]),
    st.sampled_from([None, at("19:30"), at("20:30"), at("12:00", day=2)]),
)
SEGMENTS = st.builds(
    segment,
    st.sampled_from([at("19:00"), at("20:00"), at("21:00")]),
    st.none(),
    st.sampled_from([HOME, AWAY, FAR, LAN]),
    st.sampled_from(["tv", "phone", None]),
)


@given(st.lists(SEGMENTS, max_size=6), st.lists(ENTRIES, max_size=5), st.permutations(range(5)))
def test_trust_is_the_sum_of_its_entries_in_any_order(
    segments: list[Segment], entries: list[TrustedEntry], order: list[int]
) -> None:
    person = timeline(*segments)
    at_once = with_trust(person, entries, NOW)
    by_steps: Timeline = person
    for index in order:
        by_steps = with_trust(by_steps, entries[index : index + 1], NOW)
    assert by_steps == at_once
    assert [replace(segment, trusted=False) for segment in at_once.segments] == list(
        person.segments
    )


@given(st.lists(SEGMENTS, max_size=4), ENTRIES)
def test_an_entry_that_ends_later_never_trusts_less(
    segments: list[Segment], given_entry: TrustedEntry
) -> None:
    end = given_entry.expires_at or NOW
    shorter = replace(given_entry, expires_at=end - timedelta(hours=1))
    longer = with_trust(timeline(*segments), [given_entry], NOW)
    for less, more in zip(
        with_trust(timeline(*segments), [shorter], NOW).segments, longer.segments, strict=True
    ):
        assert more.trusted or not less.trusted


def test_where_nothing_is_trusted_the_timeline_is_the_same() -> None:
    person = timeline(HERE, THERE)
    assert with_trust(person, [entry(DEVICE, OTHER)], NOW) is person
