"""Somebody of whom everything is kept that can be, by names that stand for nobody else."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from psycopg import sql

from shared.domain.identifiers import derived_id
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import KEYS, RULES, ago, start, stop
from tests.places import LINKOPING, LONDON, MANCHESTER

USERS = "/api/v1/analytics/users"
TRUSTED = "/api/v1/analytics/trusted-entries"
OVERRIDES = "/api/v1/analytics/network-overrides"
SEVERAL = 7

ACCOUNT = "account-4711"
NAME = "Ada Unmistakable"
EMAIL = "ada@unmistakable.example"
DEVICES = ("device-0815-tv", "device-0815-phone")
ADDRESSES = (LONDON, LINKOPING)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person and all that names them."""

    user_id: UUID
    case_id: UUID
    other_id: UUID

    @property
    def names(self) -> tuple[str, ...]:
        """Everything by which the person could be found in a text."""
        return (str(self.user_id), self.user_id.hex, ACCOUNT, NAME, EMAIL, *DEVICES, *ADDRESSES)


async def live(functions: Callable[[str], Function], database: Database) -> Somebody:
    """Let the person watch, travel too fast, and be judged; and somebody else watch the same."""
    api, ingest = functions("api"), functions("ingest_session")
    channel = {"name": "hook", "config": {"type": "webhook", "url": "https://hook.example.org/"}}
    assert (await api.call("POST", "/api/v1/notifications/channels", json=channel)).is_success
    user_id = derived_id("revenge", "user", ACCOUNT)
    said = {"user_id": ACCOUNT, "user_name": NAME}
    first = await start(ingest, **said, device_id=DEVICES[0], ip_address=LONDON)
    await stop(ingest, first["id"], 10)
    for number in range(SEVERAL):
        run = await start(
            ingest,
            **said,
            device_id=DEVICES[1],
            ip_address=LINKOPING,
            content_id=f"film {number}",
            started_at=ago(5),
            event_at=ago(5),
        )
        if number:
            await stop(ingest, run["id"])
    described = {"name": NAME, "email": EMAIL, "groups": ["family"]}
    assert (await ingest.call("PUT", f"{USERS}/{user_id}", json=described)).is_success
    other = await start(ingest, user_name="bo", ip_address=MANCHESTER, device_id="bo's tv")
    other_id = UUID(other["user_id"])
    assert (await functions("detect_sharing").job("/sweep")).json()["opened"] >= 1
    for job in ("/recent", "/households"):
        assert (await functions("aggregate_stats").job(job)).is_success
    return await _be_talked_about(api, database, user_id, other_id)


async def _be_talked_about(
    api: Function, database: Database, user_id: UUID, other_id: UUID
) -> Somebody:
    """Let operators say things of the person, to the person's rows and to others'."""
    found = await api.call("GET", "/api/v1/analytics/violations", params={"user_id": str(user_id)})
    case_id = UUID(found.json()["data"][0]["id"])
    one = str(user_id)
    for path, body in (
        (f"/api/v1/analytics/violations/{case_id}/trust", {"what": "network", "note": NAME}),
        (TRUSTED, {"what": {"kind": "pair", "other_user_id": str(other_id)}, "user_id": one}),
        (TRUSTED, {"what": {"kind": "device", "device_id": DEVICES[0]}, "note": f"of {NAME}"}),
        (OVERRIDES, {"network": "198.51.100.0/24", "kind": "vpn", "note": f"said {NAME}, {EMAIL}"}),
        (KEYS, {"name": f"phone of {NAME}", "role": "member", "user_id": one}),
        (
            RULES,
            {
                "name": "hers",
                "type": "geo_restriction",
                "config": {"countries": ["KP"]},
                "scope": {"users": [one]},
                "severity": 2,
                "mode": "shadow",
            },
        ),
        (f"{RULES}/dry-run", None),
    ):
        if body is not None:
            answer = await api.call("POST", path, json=body)
            assert answer.is_success, (path, answer.text)
    reset = await api.call(
        "PUT", f"/api/v1/analytics/trust/{user_id}/reset", json={"reason": f"{NAME} called"}
    )
    assert reset.is_success, reset.text
    await database.run(lambda connection: _fill(connection, user_id, other_id, case_id))
    return Somebody(user_id, case_id, other_id)


async def _fill(connection: Connection, user_id: UUID, other_id: UUID, case_id: UUID) -> None:
    """Write what takes longer than a test to come about."""
    for statement in (
        (
            "INSERT INTO binges (user_id, id, show_id, content_type, started_at, ended_at, episodes,"
            " watched_ms) VALUES (%(id)s, uuidv7(), 's', 'tvshow_episode', now(), now(), 3, 1)"
        ),
        (
            "INSERT INTO rewatches VALUES"
            " (%(id)s, uuidv7(), 'm1', 'movie', '', now() - interval '1 day', now())"
        ),
        "INSERT INTO household_words VALUES (%(id)s, %(address)s, 'home', 'key:bootstrap', now())",
        "INSERT INTO user_traces VALUES (%(id)s, 'device', sha256('x'), %(name)s, 3, now(), now())",
        (
            "INSERT INTO backtests VALUES (uuidv7(), jsonb_build_object('scope', %(id)s::text), NULL,"
            " '[]', now() - interval '1 day', now(), ARRAY[%(id)s, %(other)s]::uuid[], 2,"
            " 'user:' || %(id)s, now())"
        ),
        "INSERT INTO backtest_cases SELECT %(id)s, id, 1, 1, now(), now(), '[]', '[]' FROM backtests",
        (
            "INSERT INTO backtest_portions SELECT id, 0, least(%(id)s, %(other)s::uuid),"
            " greatest(%(id)s, %(other)s::uuid), 2 FROM backtests"
        ),
        (
            "INSERT INTO session_tombstones (user_id, id, source, session_key, started_at, stopped_at,"
            " deleted_at) VALUES"
            " (%(id)s, uuidv7(), 'revenge', %(account)s, now(), now(), now())"
        ),
        (
            "INSERT INTO actions (user_id, id, kind, occasion, state, requested_by, source, message,"
            " created_at, due_at, finished_at) VALUES (%(id)s, uuidv7(), 'suspend_account', 'x', 'done',"
            " 'key:bootstrap', 'revenge', %(name)s, now(), now(), now())"
        ),
        (
            "INSERT INTO sign_ins (id, digest, caller, permissions, user_id, created_at, seen_at,"
            " expires_at, address) VALUES (uuidv7(), sha256('s'), 'user:' || %(id)s, '{}', %(id)s,"
            " now(), now(), now(), %(address)s)"
        ),
        (
            "INSERT INTO trust_ledger VALUES (%(other)s, uuidv7(), 'adjustment', -1,"
            " 'lent it to ' || %(name)s, %(case)s, now())"
        ),
        "UPDATE deliveries SET last_error = 'no answer about ' || %(email)s",
        "INSERT INTO bulk_operations VALUES (uuidv7(), 'acknowledge', 'user:' || %(id)s, now())",
        (
            "INSERT INTO bulk_changes (operation_id, item_id, user_id, before)"
            " SELECT id, %(case)s, %(id)s, 'open' FROM bulk_operations"
        ),
        (
            "INSERT INTO user_reports VALUES (%(id)s, 'day', '2026-01-01', false, now(),"
            " jsonb_build_object('user_id', %(id)s::text))"
        ),
        (
            "INSERT INTO server_reports VALUES ('day', '2026-01-01', false, now(),"
            " jsonb_build_object('name', %(name)s::text), ARRAY[%(id)s]::uuid[])"
        ),
        "UPDATE webhook_sources SET last_problem = %(account)s",
        (
            "INSERT INTO dirty_users VALUES (%(id)s, now() + interval '1 day', now())"
            " ON CONFLICT DO NOTHING"
        ),
        "INSERT INTO dirty_binges VALUES (%(id)s, 's')",
        "INSERT INTO put_off_items VALUES (%(id)s, 'uncountable', now() + interval '1 day')",
    ):
        await connection.execute(
            statement.encode(),
            {
                "id": user_id,
                "other": other_id,
                "case": case_id,
                "name": NAME,
                "email": EMAIL,
                "account": ACCOUNT,
                "address": LONDON,
            },
        )


async def tables_naming(database: Database, *names: str) -> dict[str, list[str]]:
    """Return, of every table that there is, the rows in which one of the names stands anywhere."""

    async def scan(connection: Connection) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for table in await tables_of(connection):
            statement = sql.SQL(
                "SELECT to_jsonb(t)::text AS row FROM {} AS t"
                " WHERE to_jsonb(t)::text ILIKE ANY(%(names)s)"
            ).format(sql.Identifier(table))
            patterns = [f"%{name}%" for name in names]
            rows = await (await connection.execute(statement, {"names": patterns})).fetchall()
            if rows:
                found[table] = [row["row"] for row in rows]
        return found

    return await database.run(scan)


async def tables_of(connection: Connection) -> list[str]:
    """Return the tables of the database, a partitioned one once."""
    cursor = await connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    return [row["relname"] for row in await cursor.fetchall()]
