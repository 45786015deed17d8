"""What a trusted entry would silence: no finding more than it covers, and of the right cases."""

from dataclasses import replace
from uuid import UUID

from shared.domain.case import Case
from shared.domain.finding import Finding
from shared.domain.rules import ConcurrentStreams, GeoRestriction, ImpossibleTravel, detect
from shared.domain.silenced import silenced, silenced_of_case
from shared.domain.trusted import TrustedDevice, TrustedEntry, TrustedUser
from tests.unit.domain.rules.builders import AWAY, FAR, at, rule, segment, timeline

NOW = at("12:00", day=5)
TRAVEL, NO_BRITAIN = rule(ImpossibleTravel()), rule(GeoRestriction(countries=frozenset({"GB"})))
STREAMS = rule(ConcurrentStreams(max_streams=1))
RULES = (TRAVEL, NO_BRITAIN, STREAMS)

AT_HOME = segment(at("19:00"), at("20:00"))
IN_LONDON = segment(at("20:10"), at("21:00"), AWAY, "phone")
IN_SYDNEY = segment(at("21:30"), at("22:00"), FAR, "tablet")
JOURNEY = timeline(AT_HOME, IN_LONDON, IN_SYDNEY)

PHONE = TrustedEntry(id=UUID(int=1), trusted=TrustedDevice("phone"), user_id=JOURNEY.person.user_id)


def case_of(*findings: Finding) -> Case:
    return Case(
        finding_identities=frozenset(finding.identity for finding in findings),
        occurrences=len(findings),
        first_seen_at=at("20:00"),
        last_seen_at=at("21:00"),
    )


def test_what_rests_on_the_trusted_device_would_not_be_found() -> None:
    lost = silenced(JOURNEY, RULES, PHONE, NOW, RULES)
    assert [finding.at for finding in lost[NO_BRITAIN.id]] == [IN_LONDON.started_at]
    travelled = detect(TRAVEL, JOURNEY, NOW).findings
    with_phone = [f for f in travelled if IN_LONDON in f.segments]
    assert list(lost[TRAVEL.id]) == with_phone
    assert 0 < len(with_phone) < len(travelled)


def test_an_entry_that_covers_nothing_here_silences_nothing() -> None:
    watch = replace(PHONE, trusted=TrustedDevice("watch"))
    assert silenced(JOURNEY, RULES, watch, NOW, RULES) == {}


def test_a_trusted_user_silences_everything() -> None:
    lost = silenced(JOURNEY, RULES, replace(PHONE, trusted=TrustedUser()), NOW, RULES)
    for each in RULES:
        assert lost[each.id] == detect(each, JOURNEY, NOW).findings


def test_a_case_vanishes_only_if_nothing_is_left_of_it() -> None:
    travelled = detect(TRAVEL, JOURNEY, NOW).findings
    lost = silenced(JOURNEY, RULES, PHONE, NOW, RULES)
    whole, part = case_of(*lost[TRAVEL.id]), case_of(*travelled)
    vanishing = silenced_of_case(whole, TRAVEL.id, lost)
    assert vanishing is not None
    assert vanishing.vanishes
    shrinking = silenced_of_case(part, TRAVEL.id, lost)
    assert shrinking is not None
    assert not shrinking.vanishes
    assert shrinking.findings == vanishing.findings


def test_a_case_of_another_rule_or_behaviour_is_left_alone() -> None:
    lost = silenced(JOURNEY, RULES, PHONE, NOW, RULES)
    assert silenced_of_case(case_of(*lost[TRAVEL.id]), STREAMS.id, lost) is None
    assert silenced_of_case(case_of(), TRAVEL.id, lost) is None
