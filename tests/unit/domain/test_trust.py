from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.trust import (
    SEVERITY_COST,
    EntryKind,
    LedgerEntry,
    Threshold,
    penalty,
    recovery_due,
    reset,
    score,
    thresholds_crossed,
)
from tests.unit.domain.rules.builders import at

CASE = UUID(int=1)
THRESHOLDS = {Threshold.WARN: 70, Threshold.TERMINATE: 40, Threshold.SUSPEND: 20}
ALL = frozenset(THRESHOLDS)


def _violation(delta: int, when: datetime, *, void: bool = False) -> LedgerEntry:
    return LedgerEntry(delta, "case", CASE, when, void)


def test_trust_starts_full() -> None:
    assert score([]) == 100


@pytest.mark.parametrize(("severity", "left"), [(1, 70), (2, 80), (3, 90), (4, 95), (5, 98)])
def test_a_case_costs_by_its_severity(severity: int, left: int) -> None:
    assert score([penalty(severity, case_id=CASE, at=at("20:00"), reason="travel")]) == left
    assert set(SEVERITY_COST) == {1, 2, 3, 4, 5}


def test_the_fold_is_clamped_at_each_step_and_not_at_the_end() -> None:
    falls = [_violation(-30, at(f"0{n}:00")) for n in range(1, 6)]
    recovery = LedgerEntry(1, "clean day", None, at("09:00"), kind=EntryKind.RECOVERY)
    assert score(falls) == 0
    assert score([*falls, recovery]) == 1
    assert score([replace(recovery, at=at("00:30")), *falls[:1]]) == 70


def test_voiding_an_entry_folds_as_if_it_never_was() -> None:
    first, second = _violation(-20, at("01:00")), _violation(-10, at("02:00"))
    assert score([first, second]) == 70
    assert score([replace(first, void=True), second]) == score([second]) == 90


def test_entries_fold_by_time_however_given() -> None:
    fall, up = _violation(-30, at("02:00")), LedgerEntry(5, "gift", None, at("01:00"))
    assert score([fall, up]) == score([up, fall]) == 70


def test_a_reset_sets_the_score_to_full_whatever_it_was() -> None:
    falls = [_violation(-30, at(f"0{n}:00")) for n in range(1, 4)]
    again = reset(score(falls), at=at("04:00"), reason="talked to them")
    assert again.delta == 90
    assert score([*falls, again]) == 100
    assert score([*falls, again, _violation(-5, at("05:00"))]) == 95
    voided = [replace(falls[0], void=True), *falls[1:]]
    assert score([*voided, again]) == 100


entries = st.builds(
    LedgerEntry,
    st.integers(-40, 40),
    st.just("x"),
    st.none(),
    st.integers(0, 10**6).map(lambda n: at("00:00") + timedelta(seconds=n)),
    st.booleans(),
    st.sampled_from(EntryKind),
)


@settings(max_examples=150)
@given(st.lists(entries, max_size=20, unique_by=lambda entry: entry.at))
def test_the_score_is_the_plain_fold_and_within_bounds(ledger: list[LedgerEntry]) -> None:
    expected = 100
    for entry in sorted(ledger, key=lambda entry: entry.at):
        if entry.void:
            continue
        expected = 100 if entry.kind == "reset" else min(100, max(0, expected + entry.delta))
    assert score(ledger) == score(reversed(ledger)) == expected
    assert 0 <= score(ledger) <= 100


# --- thresholds ---------------------------------------------------------------------------------


def test_a_threshold_fires_at_or_below_its_value() -> None:
    assert thresholds_crossed(80, 71, ALL, THRESHOLDS).fired == ()
    assert thresholds_crossed(80, 70, ALL, THRESHOLDS).fired == (Threshold.WARN,)


def test_each_threshold_fires_once_on_the_way_down() -> None:
    first = thresholds_crossed(80, 65, ALL, THRESHOLDS)
    second = thresholds_crossed(65, 55, first.armed, THRESHOLDS)
    assert first.fired == (Threshold.WARN,)
    assert second.fired == ()


def test_a_deep_fall_fires_all_that_it_passes_the_highest_first() -> None:
    crossing = thresholds_crossed(90, 15, ALL, THRESHOLDS)
    assert crossing.fired == tuple(THRESHOLDS)
    assert crossing.armed == frozenset()


def test_a_threshold_is_armed_again_ten_points_above() -> None:
    unarmed = ALL - {Threshold.WARN}
    assert Threshold.WARN not in thresholds_crossed(70, 79, unarmed, THRESHOLDS).armed
    assert Threshold.WARN in thresholds_crossed(79, 80, unarmed, THRESHOLDS).armed
    assert thresholds_crossed(80, 70, ALL, THRESHOLDS).fired == (Threshold.WARN,)


def test_nothing_fires_on_the_way_up() -> None:
    assert thresholds_crossed(10, 15, ALL, THRESHOLDS).fired == ()


def test_a_threshold_too_near_to_full_is_armed_again_when_trust_is_full() -> None:
    assert thresholds_crossed(99, 100, [], {Threshold.WARN: 95}).armed == {Threshold.WARN}


@settings(max_examples=100)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=30))
def test_between_two_firings_the_score_was_ten_points_above(scores: list[int]) -> None:
    armed, before = ALL, 100
    highest: dict[Threshold, int] = {}
    for after in scores:
        crossing = thresholds_crossed(before, after, armed, THRESHOLDS)
        highest = {name: max(top, after) for name, top in highest.items()}
        for name in crossing.fired:
            assert highest.get(name, 100) >= THRESHOLDS[name] + 10
            assert after <= THRESHOLDS[name]
            highest[name] = after
        armed, before = crossing.armed, after


# --- recovery -----------------------------------------------------------------------------------


def test_every_clean_day_recovers_one_point() -> None:
    ledger = [_violation(-20, at("20:00"))]
    owed = recovery_due(ledger, at("03:00", day=4))
    assert [entry.at for entry in owed] == [at("00:00", day=n) for n in (2, 3, 4)]
    assert score([*ledger, *owed]) == 83


def test_the_day_of_a_violation_and_the_day_not_over_recover_nothing() -> None:
    ledger = [_violation(-20, at("00:01"))]
    assert recovery_due(ledger, at("23:59", day=1)) == ()
    assert len(recovery_due(ledger, at("00:00", day=2))) == 1


def test_a_second_run_on_the_same_day_owes_nothing() -> None:
    ledger = [_violation(-20, at("20:00"))]
    owed = recovery_due(ledger, at("03:00", day=4))
    assert recovery_due([*ledger, *owed], at("23:00", day=4)) == ()
    assert len(recovery_due([*ledger, *owed], at("03:00", day=5))) == 1


def test_full_trust_recovers_nothing() -> None:
    assert recovery_due([], at("03:00", day=9)) == ()
    ledger = [_violation(-2, at("20:00"))]
    owed = recovery_due(ledger, at("03:00", day=9))
    assert score([*ledger, *owed]) == 100
    assert len(owed) == 2


def test_a_day_whose_violation_was_dismissed_is_clean_after_all() -> None:
    ledger = [_violation(-20, at("20:00")), _violation(-20, at("20:00", day=1))]
    assert len(recovery_due(ledger, at("03:00", day=3))) == 1
    ledger[1] = replace(ledger[1], void=True)
    assert len(recovery_due(ledger, at("03:00", day=3))) == 2


def test_a_day_ends_at_midnight_where_people_live_also_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    fall = _violation(-20, datetime(2026, 10, 23, 12, tzinfo=berlin))
    owed = recovery_due([fall], datetime(2026, 10, 27, 0, 0, tzinfo=berlin), berlin)
    assert [entry.at.astimezone(berlin).isoformat() for entry in owed] == [
        "2026-10-25T00:00:00+02:00",
        "2026-10-26T00:00:00+01:00",
        "2026-10-27T00:00:00+01:00",
    ]
    assert recovery_due([fall, *owed], datetime(2026, 10, 27, 9, tzinfo=berlin), berlin) == ()


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([-2, -5, -30])), max_size=8),
    st.lists(st.integers(0, 45), max_size=6),
)
def test_it_does_not_matter_on_which_days_the_job_ran(
    falls: list[tuple[int, int]], runs: list[int]
) -> None:
    ledger = [_violation(delta, at("12:00", day=day)) for day, delta in falls]
    in_steps: list[LedgerEntry] = []
    for day in sorted(runs):
        seen = [entry for entry in ledger if entry.at < at("03:00", day=day)]
        in_steps += recovery_due([*seen, *in_steps], at("03:00", day=day))
    in_steps += recovery_due([*ledger, *in_steps], at("03:00", day=50))
    at_once = recovery_due(ledger, at("03:00", day=50))
    assert sorted(entry.at for entry in in_steps) == [entry.at for entry in at_once]
