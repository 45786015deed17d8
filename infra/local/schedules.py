"""The schedules and their arithmetic: when is a schedule due next?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NotRequired, TypedDict, cast

import yaml
from cronsim import CronSim, CronSimError

TABLE = Path(__file__).parents[1] / "schedules.yaml"
# Later than this after its time (the machine slept) a fire counts as missed.
LATE_AFTER = timedelta(seconds=30)


class ScheduleError(Exception):
    """A cron expression cannot be read; the message names the schedule."""


class _Entry(TypedDict):
    name: str
    function: str
    path: str
    cron: str
    cron_setting: NotRequired[str]
    local_every_seconds: NotRequired[float]
    at_start: NotRequired[bool]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What to call, and when (cron with five fields, UTC, or an interval)."""

    name: str
    function: str
    path: str
    cron: str
    every: timedelta | None = None
    at_start: bool = False

    def next_after(self, now: datetime) -> datetime:
        """Return the first planned time after `now`; intervals count from the epoch."""
        if self.every is None:
            return next(CronSim(self.cron, now.astimezone(UTC)))
        return now - (now - _EPOCH) % self.every + self.every


def is_missed(planned: datetime, now: datetime) -> bool:
    """Whether the time of a fire passed so long ago that it is left out."""
    return now - planned > LATE_AFTER


def schedule_time(planned: datetime) -> str:
    """Return a planned time as Cloud Scheduler writes it: RFC 3339, UTC, whole seconds."""
    return planned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_schedules(settings: Mapping[str, object], table: Path = TABLE) -> list[Schedule]:
    """Read the schedules as one machine runs them.

    Args:
        settings: Values for `cron_setting`; what is missing keeps the table's cron.
        table: The YAML file.

    Raises:
        ScheduleError: a cron expression is wrong.
    """
    content = cast("dict[str, list[_Entry]]", yaml.safe_load(table.read_text(encoding="utf-8")))
    return [_schedule(entry, settings) for entry in content["schedules"]]


def _schedule(entry: _Entry, settings: Mapping[str, object]) -> Schedule:
    cron = str(settings.get(entry.get("cron_setting", ""), entry["cron"]))
    try:
        CronSim(cron, datetime.now(UTC))
    except CronSimError as error:
        message = f"schedule {entry['name']}: {cron!r} is no cron expression ({error})"
        raise ScheduleError(message) from error
    seconds = entry.get("local_every_seconds")
    return Schedule(
        name=entry["name"],
        function=entry["function"],
        path=entry["path"],
        cron=cron,
        every=None if seconds is None else timedelta(seconds=seconds),
        at_start=entry.get("at_start", False),
    )
