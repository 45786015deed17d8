"""Backtests over HTTP, worked at by processes of their own."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest

from shared import settings as settings_module
from shared.clock import utc_now
from shared.domain.identifiers import new_id
from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import Place
from shared.domain.record import open_record, record
from shared.domain.session import EventKind, NetworkAddress, Session, SessionEvent
from shared.services.backtests import work_on
from shared.services.retention import let_go
from shared.settings import Settings
from shared.store import backtests as store
from shared.store import people, sessions
from shared.store.database import Connection, Database, one
from tests.conftest import Function
from tests.places import LINKOPING, LONDON, MANCHESTER

RULES = "/api/v1/analytics/rules"
BACKTESTS = "/api/v1/analytics/backtests"
NO_BRITAIN = {
    "name": "Not from Britain",
    "type": "geo_restriction",
    "config": {"countries": ["GB"]},
}
HOUR = timedelta(hours=1)


async def stream(
    database: Database, user_id: UUID, *days_ago: float, address: str = LONDON, country: str = "GB"
) -> None:
    """Let somebody have streamed for an hour on some days, without anybody having looked."""

    async def write(connection: Connection) -> None:
        place = Place(country=country, city="London", latitude=51.5, longitude=-0.1)
        network = Network(address, NetworkClass.PUBLIC, NetworkKind.UNKNOWN, place, address)
        for days in days_ago:
            at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
            await people.note(connection, [people.Sighting(user_id, at + HOUR, "Ada")])
            await people.pin_networks(connection, {(user_id, address): network}, now=at)
            blank = Session(new_id(at), user_id, "test", uuid4().hex, at, at, at)
            said = {"content_type": "movie", "content_id": "m", "device_id": "tv"}
            where = NetworkAddress(address, address)
            start = SessionEvent(EventKind.START, at, network=where, attributes=said)
            ended = record(
                open_record(blank, start), SessionEvent(EventKind.STOP, at + HOUR), at + HOUR
            )
            await sessions.insert(connection, [ended])

    await database.run(write)


async def ask(api: Function, **wanted: Any) -> dict[str, Any]:
    answer = await api.call("POST", f"{RULES}/backtest", json={"rule": NO_BRITAIN, **wanted})
    assert answer.status_code == 202, answer.text
    view: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"{BACKTESTS}/{view['id']}"
    return view


async def shown(api: Function, backtest_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.call("GET", f"{BACKTESTS}/{backtest_id}")).json()
    return found


async def count(database: Database, table: str) -> int:
    queries: dict[str, LiteralString] = {
        "cases": "SELECT count(*) AS n FROM analytics_sharing_violations",
        "ledger": "SELECT count(*) AS n FROM trust_ledger",
        "outbox": "SELECT count(*) AS n FROM outbox",
        "dirty": "SELECT count(*) AS n FROM dirty_users",
    }

    async def read(connection: Connection) -> int:
        row = await (await connection.execute(queries[table])).fetchone()
        return int(one(row)["n"])

    return await database.run(read)


async def test_a_backtest_says_what_a_rule_would_have_made_of_the_past(
    api: Function, detect: Function, database: Database
) -> None:
    often, once = UUID(int=1), UUID(int=2)
    await stream(database, often, 30, 20, 10)
    await stream(database, once, 20)
    await stream(database, UUID(int=3), 20, country="SE")
    asked = await ask(api)
    assert (asked["state"], asked["people"], asked["progress"]) == ("waiting", 3, 0)
    assert (await detect.job("/backtests")).json() == {"workers": 1, "portions": 1}
    done = await shown(api, asked["id"])
    assert (done["state"], done["progress"], done["people_done"]) == ("done", 1, 3)
    assert (done["users"], done["findings"], done["alerts"]) == (2, 4, 2)
    assert sum(week["cases"] for week in done["weeks"]) == 2
    trusted = [(effect["trusted"], effect["fewer_cases"]) for effect in done["effects"]]
    assert ({"kind": "network", "network": f"{LONDON}/32"}, 2) in trusted
    cases = (await api.call("GET", f"{BACKTESTS}/{asked['id']}/cases")).json()["data"]
    assert [(case["user_id"], case["occurrences"]) for case in cases] == [
        (str(often), 3),
        (str(once), 1),
    ]
    assert "the United Kingdom is one of the denied countries" in cases[0]["sentences"][0]


@pytest.mark.parametrize(("hours", "alerts"), [("6", 2), ("1", 3)])
async def test_messages_would_be_as_far_apart_as_they_are_in_life(
    functions: Callable[[str], Function],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    hours: str,
    alerts: int,
) -> None:
    monkeypatch.setenv("ANALYTICS_SHARING_DETECTION_MERGE_HOURS", hours)
    settings_module.settings.cache_clear()
    api, detect = functions("api"), functions("detect_sharing")
    places = {LONDON: "GB", MANCHESTER: "FR", LINKOPING: "SE"}
    for number, (address, country) in enumerate(places.items()):
        await stream(database, UUID(int=1), 5 - number / 12, address=address, country=country)
    rule = NO_BRITAIN | {"config": {"countries": [*places.values()]}}
    asked = await ask(api, rule=rule)
    await detect.job("/backtests")
    assert (await shown(api, asked["id"]))["alerts"] == alerts
    said = {"rule": rule, "user_ids": [str(UUID(int=1))]}
    tried = await api.call("POST", f"{RULES}/dry-run", json=said)
    assert [case["alerts"] for case in tried.json()["data"]] == [alerts]


async def test_nothing_comes_of_a_backtest(
    api: Function, detect: Function, database: Database
) -> None:
    await stream(database, UUID(int=1), 1)
    tables = ("cases", "ledger", "outbox", "dirty")
    before = [await count(database, table) for table in tables]
    await ask(api)
    await detect.job("/backtests")
    assert [await count(database, table) for table in tables] == before


async def test_would_be_cases_are_paged_the_worst_first(
    api: Function, detect: Function, database: Database
) -> None:
    for number in range(1, 6):
        await stream(database, UUID(int=number), *range(1, 1 + number % 3 + 1))
    asked = await ask(api)
    await detect.job("/backtests")
    path, walked = f"{BACKTESTS}/{asked['id']}/cases?limit=2", list[tuple[int, str]]()
    cursor: str | None = ""
    while cursor is not None:
        page = (await api.call("GET", path + cursor)).json()
        walked += [(-case["occurrences"], case["user_id"]) for case in page["data"]]
        following = page["page"]["next_cursor"]
        cursor = following and f"&cursor={following}"
    assert walked == sorted(walked)
    assert len(walked) == 5


async def test_a_saved_rule_is_tried_as_it_is(
    api: Function, detect: Function, database: Database
) -> None:
    await stream(database, UUID(int=1), 5)
    rule = (await api.call("POST", RULES, json=NO_BRITAIN | {"enabled": False})).json()
    answer = await api.call("POST", f"{RULES}/{rule['id']}/backtest", json={})
    assert answer.status_code == 202
    assert answer.json()["rule"]["id"] == rule["id"]
    await detect.job(f"/backtests/{answer.json()['id']}")
    assert (await shown(api, answer.json()["id"]))["users"] == 1


async def test_a_few_people_are_answered_for_at_once(api: Function, database: Database) -> None:
    await stream(database, UUID(int=1), 5)
    await stream(database, UUID(int=2), 5, country="SE", address=MANCHESTER)
    people = [str(UUID(int=1)), str(UUID(int=2))]
    answer = await api.call(
        "POST", f"{RULES}/dry-run", json={"rule": NO_BRITAIN, "user_ids": people}
    )
    assert answer.status_code == 200, answer.text
    [case] = answer.json()["data"]
    assert (case["user_id"], case["user_name"]) == (people[0], "Ada")
    saved = (await api.call("POST", RULES, json=NO_BRITAIN | {"enabled": False})).json()
    again = await api.call("POST", f"{RULES}/{saved['id']}/dry-run", json={"user_ids": people})
    assert [found["user_id"] for found in again.json()["data"]] == [people[0]], again.text


async def test_whose_past_may_be_limited(
    api: Function, detect: Function, database: Database
) -> None:
    for number, days in enumerate((9, 7, 5), 1):
        await stream(database, UUID(int=number), days)
    named = await ask(api, user_ids=[str(UUID(int=2))])
    latest = await ask(api, limit=2)
    ranged = await ask(api, start=(datetime.now(UTC) - timedelta(days=8)).isoformat())
    await detect.job("/backtests")
    found = [await shown(api, asked["id"]) for asked in (named, latest, ranged)]
    assert [(one["people"], one["users"]) for one in found] == [(1, 1), (2, 2), (3, 2)]


async def test_a_cancelled_backtest_is_not_worked_at(
    api: Function, detect: Function, database: Database
) -> None:
    await stream(database, UUID(int=1), 5)
    asked = await ask(api)
    for _ in range(2):  # a second time changes nothing
        answer = await api.call("POST", f"{BACKTESTS}/{asked['id']}/cancel")
        assert answer.json()["state"] == "cancelled"
    assert (await detect.job("/backtests")).json() == {"workers": 0, "portions": 0}
    done = await ask(api)
    await detect.job("/backtests")
    answer = await api.call("POST", f"{BACKTESTS}/{done['id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "backtest_over")


async def test_who_is_killed_loses_a_portion_to_the_next(
    api: Function, detect: Function, database: Database, settings: Settings
) -> None:
    await stream(database, UUID(int=1), 5)
    asked = await ask(api)
    past = utc_now() - timedelta(minutes=1)
    killed = await database.run(lambda c: store.claim(c, lease_until=past, now=utc_now()))
    assert killed is not None
    assert (await shown(api, asked["id"]))["state"] == "running"
    assert (await detect.job("/backtests")).json()["portions"] == 1
    assert await work_on(database, killed, settings) is False
    assert (await shown(api, asked["id"]))["users"] == 1


async def test_workers_at_once_do_each_portion_once(
    api: Function, database: Database, settings: Settings
) -> None:
    await stream(database, UUID(int=1), 5)
    asked = [(await ask(api))["id"] for _ in range(8)]
    done: list[str] = []

    async def work() -> None:
        while await database.run(lambda c: store.count_waiting(c, now=utc_now())):
            portion = await database.run(
                lambda c: store.claim(c, lease_until=utc_now() + HOUR, now=utc_now())
            )
            if portion is not None and await work_on(database, portion, settings):
                done.append(str(portion.backtest_id))

    await asyncio.gather(*(work() for _ in range(4)))
    assert sorted(done) == sorted(asked)


async def test_a_portion_that_cannot_be_done_fails_its_backtest_after_some_tries(
    api: Function, detect: Function, database: Database
) -> None:
    await stream(database, UUID(int=1), 5)
    asked = await ask(api)
    broken = "UPDATE backtests SET rule = jsonb_set(rule, '{config,countries}', '7')"
    await database.run(lambda connection: connection.execute(broken))
    await detect.job("/backtests")
    found = await shown(api, asked["id"])
    assert found["state"] == "failed"
    assert "countries" in found["error"]


async def test_backtests_are_listed_deleted_and_forgotten(
    api: Function, database: Database, settings: Settings
) -> None:
    first, second, third = [await ask(api) for _ in range(3)]
    listed = (await api.call("GET", f"{BACKTESTS}?limit=2")).json()
    assert [one["id"] for one in listed["data"]] == [third["id"], second["id"]]
    assert (await api.call("DELETE", f"{BACKTESTS}/{second['id']}")).status_code == 204
    assert (await api.call("GET", f"{BACKTESTS}/{second['id']}")).status_code == 404
    aged = "UPDATE backtests SET created_at = created_at - interval '31 days' WHERE id = %s"
    await database.run(lambda connection: connection.execute(aged, (first["id"],)))
    assert (await let_go(database, settings))["backtests"] == 1


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ({"rule": {"name": "x", "type": "inactivity", "config": {"days": 3}}}, "config.days"),
        ({"start": "2026-11-20T00:00:00Z", "end": "2026-11-19T00:00:00Z"}, "start"),
        ({"end": "2020-01-01T00:00:00Z"}, "start"),
        ({"limit": 0}, "limit"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_what_cannot_be_tried_is_refused_with_the_reason(
    api: Function, wanted: dict[str, Any], named: str
) -> None:
    answer = await api.call("POST", f"{RULES}/backtest", json={"rule": NO_BRITAIN, **wanted})
    assert answer.status_code == 422
    assert any(error["field"].endswith(named) for error in answer.json()["errors"])


async def test_a_backtest_of_an_unknown_rule_is_not_found(api: Function) -> None:
    answer = await api.call("POST", f"{RULES}/{uuid4()}/backtest", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "rule_not_found")
