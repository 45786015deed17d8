"""What tests of the api play out: sessions, a journey, and a look at the answers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.places import LINKOPING, LONDON

SESSIONS = "/api/v1/analytics/sessions"
VIOLATIONS = "/api/v1/analytics/violations"
TRUST = "/api/v1/analytics/trust"
RULES = "/api/v1/analytics/rules"
KEYS = "/api/v1/admin/keys"

Json = dict[str, Any]


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def starting(**said: object) -> Json:
    """Return the start of a session that plays for half an hour, unless said otherwise."""
    return {
        "source": "revenge",
        "session_key": uuid4().hex,
        "user_id": str(uuid4()),
        "user_name": "ada",
        "content_type": "movie",
        "content_id": "m1",
        "device_id": "tv-1",
        "ip_address": LONDON,
        "started_at": ago(30),
        "event_at": ago(30),
    } | said


async def start(ingest: Function, **said: object) -> Json:
    answer = await ingest.call("POST", SESSIONS, json=starting(**said))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def tell(ingest: Function, session_id: str, **said: object) -> None:
    answer = await ingest.call("PUT", f"{SESSIONS}/{session_id}", json=said)
    assert answer.status_code == 200, answer.text


async def stop(ingest: Function, session_id: str, minutes_ago: float = 1) -> None:
    answer = await ingest.call(
        "POST", f"{SESSIONS}/{session_id}/stop", json={"event_at": ago(minutes_ago)}
    )
    assert answer.status_code == 200, answer.text


async def travel(ingest: Function, detect: Function, **said: object) -> str:
    """Let a person be in London and, minutes later, in Linköping; return who it is."""
    user_id = str(uuid4())
    first = await start(ingest, user_id=user_id, device_id="tv", **said)
    await stop(ingest, first["id"], 10)
    now = ago(0)
    await start(
        ingest,
        user_id=user_id,
        device_id="phone",
        ip_address=LINKOPING,
        started_at=now,
        event_at=now,
        **said,
    )
    swept = await detect.job("/sweep")
    assert swept.json()["opened"] == 1, swept.text
    return user_id


async def read(api: Function, path: str, **options: object) -> Json:
    answer = await api.call("GET", path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def audited(database: Database) -> list[str]:
    """Return what the audit log says was done, in order."""

    async def find(connection: Connection) -> list[str]:
        cursor = await connection.execute("SELECT action FROM audit_log ORDER BY at, id")
        return [row["action"] for row in await cursor.fetchall()]

    return await database.run(find)
