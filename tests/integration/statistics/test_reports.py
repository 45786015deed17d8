"""Reports that are kept say what is summed up afresh, whatever happened since they were made."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from shared.domain.calendar import day_of
from shared.domain.statistics.summary import Span
from shared.domain.statistics.sums import parts
from shared.schemas.summaries import Summary
from shared.services.reports import forget_person, make_report
from shared.services.summaries import summarise
from shared.store import reports
from shared.store.reports import ReportKey
from tests.integration.statistics.histories import NIGHTS, ZONES, Visit, visits
from tests.integration.statistics.test_rollups import Database, History, Step, changes

# Some of what is played is over by then, and some is not.
NOW = NIGHTS[0] + timedelta(days=2)
EVER = date(2000, 1, 1)


async def make_all(history: History, now: datetime = NOW) -> None:
    connection, zone = history.connection, history.settings.zone
    while await reports.take_days(connection, kept_from=EVER, limit=3):
        pass
    due = await reports.list_due(
        connection, today=day_of(now, zone), zone=zone, made_before=now, limit=10_000
    )
    for key in due:
        assert await make_report(connection, key, history.settings, now=now)
        assert not await make_report(connection, key, history.settings, now=now)


def wanted(history: History, zone: ZoneInfo) -> set[ReportKey]:
    """Return of whom and what there should be a report, by a fold: of all that is over."""
    today = day_of(NOW, zone)
    found: set[ReportKey] = set()
    for fact in history.facts():
        for start, part in parts(fact):
            if not (part.sessions or part.watched_ms):
                continue
            for span in Span:
                first = span.start(day_of(start, zone))
                if span.after(first) <= today:
                    found |= {ReportKey(fact.user_id, span, first), ReportKey(None, span, first)}
    return found


async def kept(connection: Database) -> dict[ReportKey, Summary]:
    """Return all reports of what is over."""
    found: dict[ReportKey, Summary] = {}
    for statement in (
        "SELECT user_id, span, start, body FROM user_reports WHERE body IS NOT NULL",
        "SELECT NULL AS user_id, span, start, body FROM server_reports WHERE body IS NOT NULL",
    ):
        for row in await (await connection.execute(statement)).fetchall():  # pyright: ignore[reportArgumentType]
            summary = Summary.model_validate(row["body"])
            if summary.period.end <= NOW:
                found[ReportKey(row["user_id"], Span(row["span"]), row["start"])] = summary
    return found


def unnamed(told: Any) -> Any:
    """Return figures without titles, which are as they were known when a report was made."""
    if isinstance(told, dict):
        known = cast("dict[str, Any]", told)
        return {key: unnamed(one) for key, one in known.items() if not key.endswith("title")}
    return [unnamed(one) for one in cast("list[Any]", told)] if isinstance(told, list) else told


async def live(url: str, night: datetime, zone: str, steps: list[Step]) -> None:
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            history = History(connection, night, zone)
            for step in steps:
                await history.change(step)
                if step[0] == "counted":
                    await make_all(history)
            await history.count()
            await make_all(history)
            found, tz = await kept(connection), ZoneInfo(zone)
            assert set(found) == wanted(history, tz)
            for key, told in found.items():
                fresh = await summarise(
                    connection, key.user_id, key.span, key.start, tz=tz, zone=tz, now=NOW
                )
                assert unnamed(told.model_dump()) == unnamed(fresh.model_dump())
        finally:
            await connection.rollback()


def happening(first: list[Visit], later: list[Step]) -> list[Step]:
    return [*(("played", visit) for visit in first), ("counted", 3), *later]


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    night=st.sampled_from([NIGHTS[0], NIGHTS[3]]),
    zone=st.sampled_from(ZONES),
    steps=st.builds(
        happening,
        first=st.lists(visits, min_size=1, max_size=4),
        later=st.lists(changes, max_size=6),
    ),
)
def test_reports_are_those_of_what_is_there_after_whatever_happened(
    common_url: str, loop: asyncio.Runner, night: datetime, zone: str, steps: list[Step]
) -> None:
    loop.run(live(common_url, night, zone, steps))


def film_of(user_id: UUID) -> Visit:
    return Visit(user_id, "a", "movie", 0, 0, (), None, None, ends=True, said={})


def test_a_year_that_was_summed_up_while_it_ran_is_reported_when_it_is_over(
    common_url: str, loop: asyncio.Runner
) -> None:
    loop.run(_let_a_year_end(common_url, "America/New_York"))


async def _let_a_year_end(url: str, zone: str) -> None:
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            history = History(connection, NIGHTS[0], zone)
            await history.play(film_of(UUID(int=(7 << 76) + 1)))
            await history.count()
            midnight = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone))
            for now, listed in (
                (NOW, []),
                (midnight - timedelta(seconds=1), []),
                (midnight, [midnight]),
                (midnight + timedelta(days=400), [midnight]),
            ):
                await make_all(history, now)
                rows = await reports.list_reports(
                    connection, None, span=Span.YEAR, after=None, limit=9
                )
                assert (now, [row["made_at"] for row in rows]) == (now, listed)
        finally:
            await connection.rollback()


def test_a_forgotten_person_is_in_no_report(common_url: str, loop: asyncio.Runner) -> None:
    loop.run(_forget_one_of_two(common_url))


async def _forget_one_of_two(url: str) -> None:
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            history = History(connection, NIGHTS[3], "UTC")
            for number in (1, 2):
                await history.play(film_of(UUID(int=(7 << 76) + number)))
            await history.count()
            await make_all(history)
            gone = UUID(int=(7 << 76) + 1)
            await history.forget(gone)
            await forget_person(connection, gone, history.settings, now=NOW)
            cursor = await connection.execute(
                "SELECT count(*) AS found FROM server_reports, dirty_user_days AS d"
                " WHERE body::text LIKE %(text)s OR d.user_id = %(gone)s",
                {"text": f"%{gone}%", "gone": gone},
            )
            assert await cursor.fetchall() == [{"found": 0}]
            assert gone not in {key.user_id for key in await kept(connection)}
            await make_all(history)
            assert ReportKey(None, Span.YEAR, date(2025, 1, 1)) in await kept(connection)
        finally:
            await connection.rollback()
