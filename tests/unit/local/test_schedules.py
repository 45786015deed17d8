from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from infra.local.programs import FUNCTIONS
from infra.local.schedules import (
    Schedule,
    ScheduleError,
    is_missed,
    read_schedules,
    schedule_time,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def daily(**given: object) -> Schedule:
    return Schedule(name="daily", function="cleanup", path="/x", cron="30 2 * * *", **given)  # type: ignore[arg-type]


def test_a_daily_schedule_is_due_at_its_utc_time_on_the_next_day() -> None:
    assert daily().next_after(NOON) == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def test_the_zone_of_the_clock_does_not_move_a_schedule() -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    assert daily().next_after(tokyo) == daily().next_after(NOON)


def test_an_interval_counts_from_the_epoch_so_restarts_keep_its_beat() -> None:
    schedule = daily(every=timedelta(seconds=60))
    assert schedule.next_after(NOON + timedelta(seconds=7.3)) == NOON + timedelta(seconds=60)


def test_at_a_planned_time_the_next_one_is_due_never_the_same() -> None:
    schedule = daily(every=timedelta(seconds=1))
    assert schedule.next_after(NOON) == NOON + timedelta(seconds=1)
    planned = daily().next_after(NOON)
    assert daily().next_after(planned) == planned + timedelta(days=1)


def test_a_fire_long_after_its_time_counts_as_missed() -> None:
    assert is_missed(NOON, NOON + timedelta(hours=3))
    assert not is_missed(NOON, NOON + timedelta(seconds=2))


def test_a_planned_time_is_written_as_cloud_scheduler_writes_it() -> None:
    assert schedule_time(NOON) == "2026-11-20T12:00:00Z"


def test_every_schedule_names_a_function_a_path_and_a_cron_that_can_be_read() -> None:
    schedules = read_schedules({})
    assert len({schedule.name for schedule in schedules}) == len(schedules)
    for schedule in schedules:
        assert schedule.function in FUNCTIONS
        assert schedule.path.startswith("/")
        assert schedule.next_after(NOON) > NOON


def test_what_is_due_once_a_day_or_week_is_made_up_for_at_start() -> None:
    """Statistics are brought up to now in between, by a schedule of their own."""
    rare = {
        schedule.name
        for schedule in read_schedules({})
        if schedule.next_after(schedule.next_after(NOON)) - schedule.next_after(NOON)
        >= timedelta(days=1)
        and not schedule.at_start
    }
    assert rare == {"aggregate"}


def test_a_setting_replaces_the_time_of_the_daily_statistics() -> None:
    schedules = read_schedules({"analytics_aggregation_schedule": "15 5 * * *"})
    aggregate = next(schedule for schedule in schedules if schedule.name == "aggregate")
    assert aggregate.next_after(NOON) == datetime(2026, 11, 21, 5, 15, tzinfo=UTC)


def test_a_wrong_cron_is_refused_by_the_name_of_its_schedule(tmp_path: Path) -> None:
    table = tmp_path / "schedules.yaml"
    entry = "{name: nightly, function: cleanup, path: /x, cron: '61 * * * *'}"
    table.write_text(f"schedules: [{entry}]", encoding="utf-8")
    with pytest.raises(ScheduleError, match="nightly"):
        read_schedules({}, table)
