"""Rollups: whatever happens, and in whatever lots it is counted, they equal a plain fold."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from shared.domain.library import Item
from shared.domain.past import KnownPast
from shared.domain.record import Record
from shared.domain.session import Session, State
from shared.domain.statistics.binges import Binge, Viewing, binges
from shared.domain.statistics.facts import Facet, Fact, Quality, Rate, Scene, facts
from shared.domain.statistics.sums import (
    Grain,
    Sums,
    by_stream,
    clock,
    days,
    engagement,
    groups,
    items,
    peaks,
    played_days,
    quarter_hours,
    rewatches,
    spans,
    title_months,
    week_hours,
)
from shared.services import merges
from shared.services.rollups import forget_lot, roll_up_lot
from shared.settings import Settings, read_settings
from shared.store import partitions, people, rollups, sessions
from shared.store.partitions import Month
from shared.store.session_rows import Stored
from shared.store.watching import find_marked_binges
from tests.conftest import environment
from tests.integration.library.shelf import tell
from tests.integration.statistics.histories import (
    IN_A_ROW,
    NETWORKS,
    NIGHTS,
    PEOPLE,
    ZONES,
    Visit,
    carried_on,
    evenings,
    grouped_visits,
    played,
    put_right,
    told,
)

NOW = NIGHTS[2]
Database = AsyncConnection[DictRow]
Step = tuple[Any, ...]
NETWORK_OF = {(user, network.key or ""): network for user in PEOPLE for network in NETWORKS}

# What happens after the first count: to which session, counted round, and what.
changes = st.one_of(
    st.tuples(
        st.just("goes on"),
        st.integers(0, 9),
        st.lists(
            st.tuples(st.integers(0, 300), st.sampled_from([State.PLAYING, State.PAUSED])),
            max_size=3,
        ),
        st.booleans(),
    ),
    st.tuples(st.just("deleted"), st.integers(0, 9)),
    st.tuples(st.just("put right"), st.integers(0, 9), st.sampled_from(["a", "b", "c"])),
    st.tuples(
        st.just("told"),
        st.integers(0, 9),
        st.sampled_from(
            [
                {"show_id": "s2"},
                {"episode_number": 7},
                {"title": "A film (2000)"},
                {"show_title": "A show (2000)"},
            ]
        ),
    ),
    st.tuples(st.just("counted"), st.integers(1, 3)),
    st.tuples(st.just("forgotten"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("merged"), st.permutations(PEOPLE)),
    st.tuples(st.just("split"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("played"), grouped_visits),
    st.tuples(st.just("held"), st.sampled_from(["a-movie", "b-movie", "a-tvshow_episode"])),
)

CORRECTIONS = {"put right": put_right, "told": told}


class History:
    """Sessions in the database, and what they are known to be."""

    def __init__(self, connection: Database, night: datetime, zone: str) -> None:
        self.connection = connection
        self.night = night
        self.settings: Settings = read_settings(
            environment("postgresql://nowhere") | {"ANALYTICS_TIMEZONE": zone}, ""
        )
        self.records = dict[UUID, Record]()
        self.versions = dict[UUID, int]()
        self.persons = dict[UUID, UUID]()
        self.held = dict[str, Item]()

    async def play(self, visit: Visit) -> None:
        after = played(self.night, visit)
        await partitions.create(self.connection, Month.of(after.session.started_at))
        found = await people.note(self.connection, [people.Sighting(after.session.user_id, NOW)])
        assert found == {u: p for u, p in self.persons.items() if u == after.session.user_id}
        after = self.given(after)
        session = after.session
        pins = {key: network for key, network in NETWORK_OF.items() if key[0] == session.user_id}
        await people.pin_networks(self.connection, pins, now=NOW)
        await sessions.insert(self.connection, [after])
        self.records[session.id], self.versions[session.id] = after, 1
        await self.mark(session.id)

    def given(self, after: Record) -> Record:
        """Return a session as that of the person whom its account's user was merged into."""
        told = after.session.told_user_id
        person = self.persons.get(told)
        owner: dict[str, Any] = {"user_id": person or told, "account_user_id": person and told}
        base = after.base and replace(after.base, **owner)
        past = KnownPast(base, after.journal)
        return replace(after, session=replace(after.session, **owner), past=past)

    async def merge(self, user_id: UUID, person_id: UUID) -> bool:
        """Merge one into the other, if that may be; say whether it may."""
        known = await people.list_people(self.connection, [user_id, person_id])
        if len(known) < 2 or user_id in self.persons.values():
            return False
        await merges.merge(self.connection, user_id, person_id, self.settings, now=NOW)
        self.persons[user_id] = person_id
        self.move(user_id)
        return True

    async def split(self, user_id: UUID) -> None:
        person_id = self.persons.pop(user_id, None)
        if person_id is not None:
            await merges.split(self.connection, user_id, person_id, self.settings, now=NOW)
            self.move(user_id)

    def move(self, user_id: UUID) -> None:
        for session_id, known in self.records.items():
            if known.session.told_user_id == user_id:
                self.records[session_id] = self.given(known)
                self.versions[session_id] += 1

    async def mark(self, session_id: UUID) -> None:
        session = self.records[session_id].session
        item = (session.user_id, str(session.attributes["content_id"]))
        await rollups.mark_items(self.connection, [item], now=NOW)

    async def change(self, change: Step) -> None:
        what, argument, *rest = change
        if what == "played":
            await self.play(argument)
        elif what == "counted":
            await roll_up_lot(self.connection, self.settings, limit=argument)
        elif what == "forgotten":
            await self.forget(argument)
        elif what == "merged":
            await self.merge(argument[0], argument[1])
        elif what == "split":
            await self.split(argument)
        elif what == "held":
            await self.hold(argument)
        elif self.records:
            session_id = list(self.records)[int(argument) % len(self.records)]
            if what == "deleted":
                await self.mark(session_id)
                gone = self.records.pop(session_id).session
                await sessions.delete(self.connection, gone, now=NOW)
            elif what in CORRECTIONS:
                await self.write(session_id, CORRECTIONS[what](self.records[session_id], *rest))
            else:
                await self.go_on(session_id, *rest)

    async def go_on(self, session_id: UUID, steps: list[tuple[int, State]], ends: bool) -> None:  # noqa: FBT001
        await self.write(session_id, carried_on(self.records[session_id], steps, ends=ends))

    async def write(self, session_id: UUID, after: Record) -> None:
        before, version = self.records[session_id], self.versions[session_id]
        await self.mark(session_id)
        await sessions.update(self.connection, [(Stored(before, version), after)])
        self.records[session_id], self.versions[session_id] = after, version + 1
        await self.mark(session_id)

    async def hold(self, content_id: str) -> None:
        """Let a library be known to have an item."""
        self.held[content_id] = Item(content_id, "o", content_id.partition("-")[2], "T")
        await tell(self.connection, "shelf", list(self.held.values()))

    async def forget(self, user_id: UUID) -> None:
        for session_id in [i for i, r in self.records.items() if r.session.user_id == user_id]:
            gone = self.records.pop(session_id).session
            await sessions.delete(self.connection, gone, now=NOW)
        while await forget_lot(self.connection, user_id, self.settings, limit=2, now=NOW):
            pass

    async def count(self) -> None:
        while not (await roll_up_lot(self.connection, self.settings, limit=2)).are_all:
            pass
        while await find_marked_binges(self.connection, limit=2):
            pass
        while starts := await rollups.take_quarters(self.connection, within=timedelta(hours=12)):
            await rollups.find_peaks(self.connection, starts)

    async def drop_months(self) -> None:
        """Let retention drop every session there is, and months be kept for longer afterwards."""
        for month in await partitions.list_months(self.connection):
            await partitions.drop(self.connection, month)
            await partitions.create(self.connection, month)

    def facts(self) -> list[Fact]:
        return facts((self.placed(one.session) for one in self.records.values()), NETWORK_OF)

    def latest(self) -> dict[str, Session]:
        """Return of each item the session that began last."""
        known = sorted(
            (one.session for one in self.records.values()), key=lambda s: (s.started_at, s.id)
        )
        return {str(session.attributes["content_id"]): session for session in known}

    def placed(self, session: Session) -> Session:
        """Return a session as one of the library that has its item, unless another was told."""
        if session.attributes["content_id"] not in self.held:
            return session
        return replace(session, attributes={"library_id": "shelf", **session.attributes})


FIELDS = tuple(field.name for field in fields(Sums))
STREAM_GRAINS = (Grain.DAY, Grain.MONTH)
STREAMS: dict[type[Facet | Quality | Scene | Rate], LiteralString] = {
    Facet: "SELECT * FROM stream_statistics AS s JOIN stream_facets AS d USING (id)"
    " WHERE dimension = 'facet'",
    Quality: "SELECT * FROM stream_statistics AS s JOIN stream_qualities AS d USING (id)"
    " WHERE dimension = 'quality'",
    Scene: "SELECT * FROM stream_statistics AS s JOIN stream_places AS d USING (id)"
    " WHERE dimension = 'place'",
    Rate: "SELECT * FROM stream_statistics AS s JOIN stream_rates AS d USING (id)"
    " WHERE dimension = 'rate'",
}


async def found(connection: Database) -> dict[str, Any]:
    """Return everything that the rollups say, but zeros."""

    async def select(statement: LiteralString) -> list[DictRow]:
        return await (await connection.execute(statement)).fetchall()

    def sums(row: DictRow) -> Sums:
        return Sums(**{name: int(row[name]) for name in FIELDS if name in row})

    def known(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
        return {key: value for key, value in pairs if value not in (Sums(), (Sums(), 0))}

    def told(row: DictRow) -> tuple[str, str, str | None]:
        return row["content_type"], row["stream_type"], row["library_id"] or None

    async def engaged(grain: Grain) -> dict[Any, int]:
        return {
            (row["start"], row["library_id"] or None, row["content_type"], row["engagement"]): row[
                "plays"
            ]
            for row in await select("SELECT * FROM engagement_statistics WHERE plays <> 0")
            if row["grain"] == grain
        }

    async def streams(grain: Grain) -> dict[Any, Sums]:
        found: dict[Any, Sums] = {}
        for make, statement in STREAMS.items():
            names = [field.name for field in fields(make)]
            rows = [row for row in await select(statement) if row["grain"] == grain]
            found |= known(
                ((row["start"], make(**{name: row[name] for name in names})), sums(row))
                for row in rows
            )
        return found

    return {
        "quarter hours": known(
            ((row["start"], *told(row)), sums(row))
            for row in await select("SELECT * FROM quarter_hour_statistics")
        ),
        "week hours": known(
            ((row["month"], row["hour"], *told(row)), sums(row))
            for row in await select("SELECT * FROM week_hour_statistics")
        ),
        "clock": {
            grain: known(
                ((row["start"], row["hour"], row["content_type"]), sums(row))
                for row in await select("SELECT * FROM clock_statistics")
                if row["grain"] == grain
            )
            for grain in STREAM_GRAINS
        },
        "streams": {grain: await streams(grain) for grain in STREAM_GRAINS},
        "groups": known(
            (((row["kind"], row["key"]), row["content_type"]), (sums(row), row["users"]))
            for row in await select("SELECT * FROM group_statistics")
        ),
        "title months": {
            (row["kind"], row["key"], row["month"]): (row["plays"], row["watched_ms"])
            for row in await select("SELECT * FROM title_months")
            if row["plays"] or row["watched_ms"]
        },
        "days": known(
            ((row["user_id"], row["day"], row["content_type"]), sums(row))
            for row in await select("SELECT * FROM user_activity_daily")
        ),
        "spans": known(
            ((row["user_id"], row["grain"], row["start"], row["content_type"]), sums(row))
            for row in await select("SELECT * FROM user_period_statistics")
        ),
        "played days": known(
            ((row["day"], row["content_type"]), (sums(row), row["users"]))
            for row in await select("SELECT * FROM play_statistics")
        ),
        "items": known(
            (row["content_id"], (sums(row), row["users"]))
            for row in await select("SELECT * FROM item_statistics")
        ),
        "engagement": {grain: await engaged(grain) for grain in STREAM_GRAINS},
        "rewatches": {
            row["id"]: row["previous_at"] for row in await select("SELECT * FROM rewatches")
        },
        "reached": {
            row["id"]: row["reached"]
            for row in await select("SELECT id, reached FROM session_facts")
        },
        "people": known(
            ((row["user_id"], row["content_type"]), sums(row))
            for row in await select("SELECT * FROM user_statistics")
        ),
        "peaks": {
            (row["start"], row["stream_type"]): row["peak"]
            for row in await select("SELECT * FROM concurrency_peaks")
        },
    }


NAMES = ("title", "show_id", "season_number", "episode_number")
GROUP_NAMES = {"show": "show_title", "season": "show_title", "channel": "channel_title"}


async def check_shows(history: History) -> None:
    """Compare what items and groups are called with what their latest sessions say, and binges with a
    fold.
    """

    async def select(statement: LiteralString) -> list[DictRow]:
        return await (await history.connection.execute(statement)).fetchall()

    items = {row["content_id"]: row for row in await select("SELECT * FROM item_statistics")}
    for item, session in history.latest().items():
        said = {name: session.attributes.get(name) for name in NAMES}
        assert {n: v for n, v in said.items() if v is not None and items[item][n] != v} == {}
    latest = {
        group: history.records[one.id].session.attributes
        for one in sorted(history.facts(), key=lambda one: (one.started_at, one.id))
        for group in one.groups
    }
    for row in await select("SELECT * FROM group_statistics WHERE sessions > 0"):
        said = latest[row["kind"], row["key"]].get(GROUP_NAMES.get(row["kind"], ""))
        assert said is None or row["title"] == said
    seen = [
        Viewing(
            one.user_id,
            one.id,
            row["show_id"],
            one.content_id,
            row["season_number"],
            row["episode_number"],
            one.started_at,
            one.ended_at,
            sum(one.spread),
        )
        for one in history.facts()
        if (row := items[one.content_id])["show_id"] is not None
    ]
    names = tuple(field.name for field in fields(Binge))
    kept = {tuple(row[name] for name in names) for row in await select("SELECT * FROM binges")}
    assert kept == {tuple(getattr(one, name) for name in names) for one in binges(seen)}


def expected(known: list[Fact], zone: str) -> dict[str, Any]:
    """Return what they should say, by folds."""
    lived = days(known, ZoneInfo(zone))
    people = {key: main(s) for key, s in lived.items()}
    ever: dict[tuple[UUID, str], Sums] = defaultdict(Sums)
    for (user_id, _, content_type), s in people.items():
        ever[user_id, content_type] += s
    return {
        "quarter hours": without_zeros(quarter_hours(known)),
        "week hours": without_zeros(week_hours(known)),
        "clock": {grain: without_zeros(clock(known, grain)) for grain in STREAM_GRAINS},
        "streams": {
            grain: without_zeros(by_stream(known, ZoneInfo(zone), grain)) for grain in STREAM_GRAINS
        },
        "groups": {group: (main(s), users) for group, (s, users) in groups(known).items()},
        "title months": {
            title: played for title, played in title_months(known).items() if played != (0, 0)
        },
        "days": lived,
        "spans": without_zeros(spans(people)),
        "played days": played_days(people),
        "items": {item: (main(s), users) for item, (s, users) in items(known).items()},
        "engagement": {grain: engagement(known, ZoneInfo(zone), grain) for grain in STREAM_GRAINS},
        "rewatches": rewatches(known),
        "reached": {fact.id: fact.reached for fact in known},
        "people": ever,
        "peaks": peaks(known),
    }


def main(s: Sums) -> Sums:
    """Return the sums that are kept of people and items."""
    return Sums(s.sessions, s.plays, s.completed, s.watched_ms)


def without_zeros(sums: dict[Any, Sums]) -> dict[Any, Sums]:
    return {key: s for key, s in sums.items() if s != Sums()}


def happening(first: list[Visit], counted: int, later: list[Step]) -> list[Step]:
    return [*(("played", visit) for visit in first), ("counted", counted), *later]


async def live(url: str, night: datetime, zone: str, steps: Iterable[Step]) -> None:
    """Let a history happen, and compare, also what items are called and binges: when it is counted, when everything is counted anew from
    what is known of each session, when the sessions are gone, and when then two people were one
    for a while.
    """
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            history = History(connection, night, zone)
            for step in steps:
                await history.change(step)
            await history.count()
            wanted = expected(history.facts(), zone)
            assert await found(connection) == wanted
            await check_shows(history)
            await rollups.sum_up(connection, zone=ZoneInfo(zone))
            await history.count()
            assert await found(connection) == wanted
            await check_shows(history)
            await history.drop_months()
            for session_id in history.records:
                await history.mark(session_id)
            await history.count()
            assert await found(connection) == wanted
            await check_shows(history)
            if await history.merge(PEOPLE[0], PEOPLE[1]):
                await history.split(PEOPLE[0])
            assert await found(connection) == wanted
        finally:
            await connection.rollback()


WATCHING = Visit(
    user=PEOPLE[0],
    item="a",
    content_type="movie",
    begins=0,
    resumes=0,
    steps=((20, State.PLAYING),),
    stream_type=None,
    network=None,
    ends=False,
    said={},
)
PUT_RIGHT: list[Step] = [
    ("played", WATCHING),
    ("played", replace(WATCHING, begins=40, resumes=20)),
    ("counted", 3),
    ("put right", 0, "b"),
    ("counted", 1),
    ("goes on", 0, [(10, State.PLAYING)], False),
]
# What a session was put right to is counted before what it was noted as, each in a lot of its own.
PUT_RIGHT_FIRST: list[Step] = [
    ("played", replace(WATCHING, item="b")),
    ("played", replace(WATCHING, item="b", begins=40)),
    ("counted", 1),
    ("put right", 0, "a"),
    ("counted", 1),
]


# An episode moves to another show as somebody else watches it, and back as that is deleted.
MOVED: list[Step] = [
    *(("played", visit) for visit in IN_A_ROW),
    ("counted", 3),
    ("played", replace(IN_A_ROW[2], user=PEOPLE[1], begins=240, said={"show_id": "s2"})),
    ("counted", 3),
]


@example(night=NIGHTS[0], zone="UTC", steps=PUT_RIGHT)
@example(night=NIGHTS[0], zone="UTC", steps=PUT_RIGHT_FIRST)
@example(night=NIGHTS[0], zone="UTC", steps=MOVED)
@example(night=NIGHTS[0], zone="UTC", steps=[*MOVED, ("deleted", 3)])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    night=st.sampled_from(NIGHTS),
    zone=st.sampled_from(ZONES),
    steps=st.builds(
        happening,
        first=st.one_of(st.lists(grouped_visits, min_size=1, max_size=6), evenings),
        counted=st.integers(0, 3),
        later=st.lists(changes, max_size=8),
    ),
)
def test_the_rollups_equal_a_fold_over_all_that_happened(
    common_url: str,
    loop: asyncio.Runner,
    night: datetime,
    zone: str,
    steps: list[Step],
) -> None:
    loop.run(live(common_url, night, zone, steps))


def watched(visit: Visit, steps: list[tuple[int, State]]) -> list[Step]:
    """Let a session go on, and count it each time."""
    going_on: list[Step] = [("played", replace(visit, ends=False))]
    for step in steps:
        going_on += [("counted", 3), ("goes on", 0, [step], False)]
    return going_on


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    night=st.sampled_from(NIGHTS),
    zone=st.sampled_from(ZONES),
    steps=st.builds(
        watched,
        visit=grouped_visits,
        steps=st.lists(
            st.tuples(st.integers(0, 300), st.sampled_from([State.PLAYING, State.PAUSED])),
            min_size=3,
            max_size=6,
        ),
    ),
)
def test_a_session_that_is_counted_as_it_goes_on_counts_like_one_that_is_counted_once(
    common_url: str,
    loop: asyncio.Runner,
    night: datetime,
    zone: str,
    steps: list[Step],
) -> None:
    loop.run(live(common_url, night, zone, steps))
