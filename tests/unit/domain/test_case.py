import json
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.case import Case, CaseState, Outcome, Verdict, details, merge
from shared.domain.finding import Finding, behaviour_key, finding_identity
from shared.domain.rules import GeoRestriction, ImpossibleTravel
from shared.domain.timeline import Interval
from tests.unit.domain.rules.builders import AWAY, at, found, rule, segment

NOW = at("20:00")


def _finding(key: str = "a", number: int = 1, when: datetime = NOW) -> Finding:
    identity = finding_identity(key, [UUID(int=number)])
    last_at = when + timedelta(minutes=5)
    return Finding(key, when, last_at, (), {"limit": 3}, f"{key} {number}", identity)


def _merge(
    case: Case | None, *findings: Finding, history: tuple[Case, ...] = (), now: datetime = NOW
) -> Outcome:
    return merge(case, findings, history=history, now=now)


def _opened(*findings: Finding, now: datetime = NOW) -> Case:
    case = _merge(None, *findings, now=now).case
    assert case is not None
    return replace(case, id=UUID(int=1))


def _closed(state: CaseState, *findings: Finding, when: datetime = NOW) -> Case:
    return replace(_opened(*findings), state=state, closed_at=when)


def test_no_findings_change_nothing() -> None:
    case = _opened(_finding())
    assert _merge(None) == Outcome(Verdict.NOTHING)
    assert _merge(case) == Outcome(Verdict.NOTHING, case)


def test_a_finding_opens_a_case_and_a_message_is_due_now() -> None:
    outcome = _merge(None, _finding(), _finding("b", 2))
    assert outcome.verdict is Verdict.OPEN
    assert outcome.notify_at == NOW
    assert outcome.case == Case(
        behaviour_keys=frozenset({"a", "b"}),
        finding_identities=frozenset({_finding().identity, _finding("b", 2).identity}),
        occurrences=2,
        first_seen_at=NOW,
        last_seen_at=at("20:05"),
        last_notified_at=NOW,
    )


def test_detecting_twice_changes_nothing() -> None:
    case = _opened(_finding())
    again = _merge(case, _finding(), now=at("23:00"))
    assert again.verdict is Verdict.NOTHING
    assert again.case == case
    assert again.fresh == ()
    assert again.notify_at is None


def test_the_same_finding_twice_in_one_run_counts_once() -> None:
    assert _opened(_finding(), _finding()).occurrences == 1


def test_more_of_the_same_joins_without_a_message() -> None:
    case = _opened(_finding())
    later = _finding("a", 2, at("23:00", day=3))
    outcome = _merge(case, _finding(), later, now=at("23:05", day=3))
    assert outcome.verdict is Verdict.GROW
    assert outcome.fresh == (later,)
    assert outcome.notify_at is None
    assert outcome.case
    assert outcome.case.occurrences == 2
    assert outcome.case.first_seen_at == NOW
    assert outcome.case.last_seen_at == at("23:05", day=3)


def test_another_behaviour_after_the_quiet_time_is_told_at_once() -> None:
    case = _opened(_finding())
    outcome = _merge(case, _finding("b", 2), now=at("02:00", day=1))
    assert outcome.verdict is Verdict.GROW
    assert outcome.notify_at == at("02:00", day=1)
    assert outcome.case
    assert outcome.case.last_notified_at == at("02:00", day=1)


def test_another_behaviour_within_the_quiet_time_is_told_once_at_its_end() -> None:
    case = _opened(_finding())
    first = _merge(case, _finding("b", 2), now=at("21:00"))
    assert first.notify_at == at("02:00", day=1)
    second = _merge(first.case, _finding("c", 3), now=at("22:00"))
    assert second.notify_at is None
    after = _merge(second.case, _finding("d", 4), now=at("03:00", day=1))
    assert after.notify_at == at("08:00", day=1)


def test_a_case_of_which_nobody_was_told_is_told_when_it_grows() -> None:
    case = replace(_opened(_finding()), last_notified_at=None)
    assert _merge(case, _finding("b", 2)).notify_at == NOW


def test_a_finding_that_goes_on_moves_the_last_sight_and_is_no_new_occurrence() -> None:
    case = _opened(_finding())
    going_on = replace(_finding(), last_at=at("22:00"))
    outcome = _merge(case, going_on, now=at("22:00"))
    assert outcome.verdict is Verdict.GROW
    assert outcome.fresh == ()
    assert outcome.evidence == (going_on,)
    assert outcome.case == replace(case, last_seen_at=at("22:00"))


def test_what_an_acknowledged_case_holds_opens_nothing_again() -> None:
    closed = _closed(CaseState.ACKNOWLEDGED, _finding())
    outcome = _merge(None, _finding(), history=(closed,), now=at("12:00", day=3))
    assert outcome.verdict is Verdict.NOTHING
    assert outcome.case is None
    assert outcome.joined[0].fresh == ()


def test_the_same_behaviour_soon_after_an_acknowledgement_joins_silently() -> None:
    closed = _closed(CaseState.ACKNOWLEDGED, _finding())
    soon = _finding("a", 2, at("02:00", day=1))
    outcome = _merge(None, soon, history=(closed,), now=at("02:00", day=1))
    assert outcome.verdict is Verdict.JOIN
    assert outcome.case is None
    assert outcome.notify_at is None
    (joined,) = outcome.joined
    assert joined.case.occurrences == 2
    assert joined.case.state is CaseState.ACKNOWLEDGED


def test_the_same_behaviour_later_opens_a_new_case() -> None:
    closed = _closed(CaseState.ACKNOWLEDGED, _finding())
    later = _finding("a", 2, at("02:00:01", day=1))
    outcome = _merge(None, later, history=(closed,), now=at("02:01", day=1))
    assert outcome.verdict is Verdict.OPEN
    assert outcome.joined == ()


def test_another_behaviour_soon_after_an_acknowledgement_opens_a_case() -> None:
    closed = _closed(CaseState.ACKNOWLEDGED, _finding())
    outcome = _merge(None, _finding("b", 2), _finding("a", 3), history=(closed,))
    assert outcome.verdict is Verdict.OPEN
    assert outcome.case
    assert outcome.case.behaviour_keys == {"b"}
    assert [finding.behaviour_key for finding in outcome.joined[0].fresh] == ["a"]


def test_an_open_case_of_the_behaviour_takes_it_before_an_acknowledged_one() -> None:
    closed = _closed(CaseState.ACKNOWLEDGED, _finding())
    case = _opened(_finding("a", 2))
    outcome = _merge(case, _finding("a", 3), history=(closed,))
    assert outcome.verdict is Verdict.GROW
    assert outcome.joined == ()


def test_a_dismissed_behaviour_is_silent_for_thirty_days() -> None:
    dismissed = _closed(CaseState.DISMISSED, _finding())
    silent = _finding("a", 2, at("20:00", day=30))
    loud = _finding("a", 3, at("20:00:01", day=30))
    assert _merge(None, silent, history=(dismissed,)).verdict is Verdict.NOTHING
    assert _merge(None, loud, history=(dismissed,)).verdict is Verdict.OPEN
    assert _merge(None, _finding("b", 4), history=(dismissed,)).verdict is Verdict.OPEN


def test_a_dismissed_behaviour_does_not_make_an_open_case_grow() -> None:
    dismissed = _closed(CaseState.DISMISSED, _finding())
    case = _opened(_finding("b", 2))
    assert _merge(case, _finding("a", 3), history=(dismissed,)).verdict is Verdict.NOTHING


def test_a_reopened_case_takes_what_it_held() -> None:
    reopened = replace(_closed(CaseState.DISMISSED, _finding()), state=CaseState.OPEN)
    assert _merge(reopened, _finding()).verdict is Verdict.NOTHING
    assert _merge(reopened, _finding("a", 2)).verdict is Verdict.GROW


_numbered = st.tuples(st.sampled_from("abc"), st.integers(0, 5))


@settings(max_examples=100)
@given(st.lists(_numbered, min_size=1, max_size=12), st.integers(0, 12))
def test_findings_in_two_runs_make_the_case_that_one_run_makes(
    numbered: list[tuple[str, int]], cut: int
) -> None:
    findings = [_finding(key, n, NOW + timedelta(minutes=n)) for key, n in numbered]
    once = _merge(None, *findings).case
    first = _merge(None, *findings[:cut]).case
    twice = _merge(first, *findings).case
    assert once
    assert twice
    assert replace(once, last_notified_at=None) == replace(twice, last_notified_at=None)
    assert _merge(twice, *findings).verdict is Verdict.NOTHING


# --- evidence -----------------------------------------------------------------------------------

TRAVEL = rule(ImpossibleTravel())
HOME_SEGMENT = segment(
    at("18:00"), at("20:04"), name="TV", pauses=(Interval(at("19:00"), at("19:10")),)
)
FOUND = found(ImpossibleTravel(), HOME_SEGMENT, segment(at("20:31"), None, AWAY, "phone")).findings


def test_evidence_can_be_read_after_the_sessions_are_gone() -> None:
    evidence = json.loads(json.dumps(details(TRAVEL, FOUND)))
    assert evidence["schema_version"] == 1
    assert evidence["sentence"] == FOUND[0].sentence
    assert evidence["rule"]["config"]["max_speed_kmh"] == 900
    (entry,) = evidence["findings"]
    assert entry["identity"] == FOUND[0].identity
    assert entry["facts"]["effective_distance_km"] == pytest.approx(1081.7)
    assert entry["config"] == evidence["rule"]["config"]
    home, away = entry["segments"]
    assert home["started_at"] == "2026-11-20T18:00:00.000Z"
    assert home["ended_at"] == "2026-11-20T20:04:00.000Z"
    assert home["device_id"] == "tv"
    assert home["device_name"] == "TV"
    assert home["pauses"] == [
        {"start": "2026-11-20T19:00:00.000Z", "end": "2026-11-20T19:10:00.000Z"}
    ]
    assert home["network"]["address"] == "89.160.20.112"
    assert home["network"]["kind"] == "residential"
    assert home["network"]["place"]["city"] == "Linköping"
    assert home["network"]["place"]["accuracy_radius_km"] == 76
    assert away["ended_at"] is None


def test_evidence_of_a_list_of_countries_is_sorted() -> None:
    config = GeoRestriction(countries=frozenset({"SE", "GB", "FR"}))
    config_text = json.loads(json.dumps(details(rule(config), [])))["rule"]["config"]
    assert config_text["countries"] == ["FR", "GB", "SE"]


def test_evidence_grows_and_is_refreshed_when_segments_end() -> None:
    before = json.loads(json.dumps(details(TRAVEL, FOUND)))
    ended = replace(FOUND[0].segments[1], ended_at=at("21:00"))
    refreshed = replace(FOUND[0], segments=(FOUND[0].segments[0], ended))
    after = details(TRAVEL, [refreshed, _finding("a", 7, at("23:00"))], previous=before)
    first, second = json.loads(json.dumps(after))["findings"]
    assert first["segments"][1]["ended_at"] == "2026-11-20T21:00:00.000Z"
    assert second["sentence"] == after["sentence"] == "a 7"


def test_evidence_made_twice_is_the_same() -> None:
    stored = json.loads(json.dumps(details(TRAVEL, FOUND)))
    assert details(TRAVEL, FOUND, previous=stored) == stored
    assert details(TRAVEL, (), previous=stored) == stored


def test_evidence_keeps_the_first_finding_and_the_latest() -> None:
    many = [_finding("a", n, NOW + timedelta(minutes=n)) for n in range(300)]
    kept = json.loads(json.dumps(details(TRAVEL, many)))
    assert [entry["sentence"] for entry in kept["findings"]] == [
        "a 0",
        *(f"a {n}" for n in range(201, 300)),
    ]
    assert json.loads(json.dumps(details(TRAVEL, many, previous=kept))) == kept


# --- keys ---------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_a_behaviour_key_is_short_and_knows_no_order(parts: list[str]) -> None:
    key = behaviour_key("devices", parts)
    assert key == behaviour_key("devices", reversed(parts))
    assert len(key) <= 280


def test_parts_of_a_behaviour_key_cannot_run_into_each_other() -> None:
    assert behaviour_key("sites", ["a", "b,c"]) != behaviour_key("sites", ["a,b", "c"])
    assert behaviour_key("sites", ["a", 'b","c']) != behaviour_key("sites", ["a", "b", "c"])


def test_an_identity_depends_on_the_behaviour_and_the_sessions_in_any_order() -> None:
    one, two = UUID(int=1), UUID(int=2)
    assert finding_identity("a", [one, two]) == finding_identity("a", [two, one, one])
    assert len({finding_identity(k, s) for k in "ab" for s in ([one], [two], [one, two])}) == 6
