"""A stage for actions: people who play, rules that act, a playback service that obeys, a clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

from psycopg.rows import DictRow

from functions.notify.controls import CONTROLS
from shared.services.control import MediaServers, Trials
from shared.services.execution import ControlRoom
from shared.services.vault import Vault
from shared.settings import Settings
from shared.store import actions
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.actions.playback_service import SECRET, PlaybackService
from tests.integration.api.scenes import RULES, SESSIONS, Json, ago, read, start, stop

ACTIONS = "/api/v1/analytics/actions"
SERVERS = "/api/v1/admin/sources"
STREAMS = {"type": "concurrent_streams", "config": {"max_streams": 1, "min_overlap_seconds": 60}}


class Clock:
    """The present, plus what a test lets pass."""

    def __init__(self) -> None:
        self.passed = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def pass_seconds(self, seconds: float) -> None:
        self.passed += timedelta(seconds=seconds)


@dataclass
class Stage:
    """What a test plays out, over HTTP where people would; what it carries out, by its own clock.

    Attributes:
        keys: the key of each session that was started, by its id.
    """

    settings: Settings
    database: Database
    api: Function
    ingest: Function
    detect: Function
    service: PlaybackService
    clock: Clock = field(default_factory=Clock)
    keys: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def servers(self) -> MediaServers:
        vault = Vault(self.settings.revenge_encryption_key)
        return MediaServers(self.database, vault, CONTROLS, self.clock)

    @property
    def room(self) -> ControlRoom:
        return ControlRoom(self.servers, self.settings)

    @property
    def trials(self) -> Trials:
        return Trials(self.servers)

    async def connect(self, **said: Any) -> Json:
        """Connect the playback service, or another server."""
        config = {
            "kind": "revenge",
            "url": self.service.url,
            "secret": SECRET,
            "allow_private_network": True,
        }
        wanted = {"name": "playback", "config": config} | said
        answer = await self.api.call("POST", SERVERS, json=wanted)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def connect_and_try(self, kind: str, url: str, token: str, **said: Any) -> None:
        """Connect a server that is tried out, and so says whose sessions it answers for."""
        config = {"kind": kind, "url": url, "token": token, "allow_private_network": True} | said
        await self.connect(name=kind, config=config)
        for _, server_id in await self.trials.list_due(9):
            await self.trials.carry_out(server_id)

    async def rule(self, *wanted: Json | str, **said: Any) -> Json:
        """Make a live rule of one stream at most that acts so, in place of all others."""
        for rule in (await read(self.api, RULES))["data"]:
            await self.api.call("PATCH", f"{RULES}/{rule['id']}", json={"enabled": False})
        body = {"name": "One at most", "mode": "live", "actions": list(wanted)} | STREAMS | said
        answer = await self.api.call("POST", RULES, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def play(self, user_id: str, device: str, minutes_ago: float, **said: Any) -> str:
        """Let a person play on a device since then; return the session."""
        key = uuid4().hex
        began = {"started_at": ago(minutes_ago), "event_at": ago(minutes_ago)}
        whom = {"user_id": user_id, "device_id": device, "session_key": key}
        session = await start(self.ingest, **whom, **began, **said)
        self.service.streams.add(key)
        self.keys[session["id"]] = key
        return session["id"]

    async def two_at_once(self, **said: Any) -> tuple[str, str, str]:
        """Let a person play two streams at once and be found; return the person and the two."""
        user_id = str(uuid4())
        first = await self.play(user_id, "tv", 10, **said)
        second = await self.play(user_id, "phone", 5, **said)
        await self.look()
        return user_id, first, second

    async def look(self) -> Json:
        answer = await self.detect.job("/sweep")
        assert answer.json()["failed"] == 0, answer.text
        return answer.json()

    async def end(self, session_id: str) -> None:
        """Let a stream end, as its playback service would tell."""
        await stop(self.ingest, session_id, 0)

    async def carry_out(self) -> list[str | None]:
        """Carry out all that is due once; return what came of each."""
        due = await self.room.list_due(100)
        return [await self.room.carry_out(action_id) for _, action_id in due]

    async def settle(self) -> None:
        """Tell of the streams that the playback service has ended, and look for their ends."""
        for session_id, key in self.keys.items():
            if key not in self.service.streams:
                await self.end(session_id)
        self.clock.pass_seconds(6)
        await self.carry_out()

    async def actions(self, **filters: Any) -> list[Json]:
        """Return actions as the api shows them, the oldest first."""
        return (await read(self.api, ACTIONS, params=filters))["data"][::-1]

    async def action(self, **filters: Any) -> Json:
        [only] = await self.actions(**filters)
        return only

    async def row(self, action_id: str) -> DictRow:
        row = await self.database.run(lambda c: actions.find_row(c, UUID(action_id)))
        assert row is not None
        return row

    async def put(self, path: str, expected: int = 200, **options: Any) -> Json:
        answer = await self.api.call("PUT", path, **options)
        assert answer.status_code == expected, answer.text
        return answer.json()

    async def post(self, path: str, expected: int = 202, **options: Any) -> Json:
        answer = await self.api.call("POST", path, **options)
        assert answer.status_code == expected, answer.text
        return answer.json()

    async def terminate(self, session_id: str, expected: int = 202, **said: Any) -> Json:
        return await self.post(f"{SESSIONS}/{session_id}/terminate", expected, json=said)

    async def events(self) -> list[str]:
        """Return the kinds of the events in the outbox, in order."""
        rows = await self.fetch("SELECT kind FROM outbox ORDER BY created_at, id")
        return [row["kind"] for row in rows]

    async def fetch(self, statement: LiteralString, *values: object) -> Sequence[DictRow]:
        async def run(connection: Connection) -> Sequence[DictRow]:
            return await (await connection.execute(statement, values)).fetchall()

        return await self.database.run(run)
