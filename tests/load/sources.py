"""What asking media servers costs: fifty that play, and one with a large library."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import LiteralString
from uuid import uuid4

import httpx

from shared.clock import utc_now
from shared.domain.identifiers import new_id
from shared.domain.library import Reading
from shared.domain.servers import ServerAddress, ServerKind
from shared.servers.clients import open_server
from shared.services.vault import Vault
from shared.store.database import Connection, Database
from shared.tasks.caller import caller_token
from tests.load.client import LoadError
from tests.load.media_servers import Connected, apart
from tests.load.report import Report, say, table
from tests.load.service import Function, Place, served
from tests.load.usage import family, pss_mebibytes

_WARM_UP_SECONDS = 10
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """How many servers and streams, for how long; and how large a library."""

    servers: int = 50
    streams: int = 4
    seconds: float = 40
    items: int = 200_000


@dataclass(frozen=True, slots=True)
class Polled:
    """What asking servers took of one core and of memory."""

    cores: float
    pss_mib: float
    events: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """What reading a library took."""

    seconds: float
    cpu_seconds: float
    pss_mib: float


async def measure_sources(place: Place, plan: Plan) -> Report:
    """Ask servers with a function of one worker, as its schedule does, and hear those that talk."""
    hearing = replace(place, environment={**place.environment, "ANALYTICS_SERVER_EVENTS": "true"})
    async with served(hearing, workers=1) as function:
        say(f"sources: {plan.servers} servers with {plan.streams} streams each")
        with apart(plan.servers, plan.streams, 0) as connected:
            await _connect(place, connected)
            polled = await _poll(place, function, plan)
        await _forget(place)
        say(f"sources: a library of {plan.items} items")
        with apart(0, 0, plan.items) as connected:
            alone = await _read_alone(connected[0])
            await _connect(place, connected)
            await _job(place, function, "/poll")
            scans = [await _scan(place, function), await _scan(place, function)]
        await _forget(place)
    return compose(plan, polled, scans, alone)


def compose(plan: Plan, polled: Polled, scans: Sequence[Scanned], alone: float) -> Report:
    """Make the report of what was measured; ``alone`` are the server's own seconds."""
    first, again = scans
    streams = plan.servers * plan.streams
    rows = [
        ["of a core", f"{polled.cores:.3f}"],
        ["memory of the instance (MiB)", f"{polled.pss_mib:.0f}"],
        ["events recorded", f"{polled.events:,}"],
    ]
    read = [
        ["first", f"{first.seconds:.0f}", f"{first.cpu_seconds:.0f}", f"{first.pss_mib:.0f}"],
        ["again", f"{again.seconds:.0f}", f"{again.cpu_seconds:.0f}", f"{again.pss_mib:.0f}"],
    ]
    body = (
        f"One instance, one worker. {plan.servers} servers of the three kinds with {streams} streams,"
        " each asked every 2 s and those of Plex heard besides, for a minute. The aim for 50 with 200"
        f" is 0.25 of a core and 200 MB.\n\n{table(['asking what plays', 'used'], rows)}\n\n"
        f"A library of {plan.items:,} items with a file each, read in full twice, pages of 500; the"
        " seconds hold the server's own work and the rests between pages. A client that only takes"
        f" the pages needs {alone:.0f} s; the aim for 200,000 is 180 s more than that.\n\n"
        + table(["full scan", "seconds", "CPU of Python (s)", "memory (MiB)"], read)
    )
    return Report(
        name="sources",
        file="sources",
        title="Media servers: polling and scanning",
        body=body,
        figures={
            "poll_cores": polled.cores,
            "poll_pss_mib": polled.pss_mib,
            "first_scan_seconds": first.seconds,
            "later_scan_seconds": again.seconds,
            "server_alone_seconds": alone,
            "scan_pss_mib": max(scan.pss_mib for scan in scans),
        },
    )


async def _poll(place: Place, function: Function, plan: Plan) -> Polled:
    """Measure in the middle of a shift."""
    shift = asyncio.create_task(_job(place, function, "/poll"))
    await asyncio.sleep(_WARM_UP_SECONDS)
    began, cpu = time.monotonic(), function.cpu()
    await asyncio.sleep(plan.seconds)
    cores = (function.cpu() - cpu) / (time.monotonic() - began)
    counts = await shift
    if counts["servers"] != plan.servers or counts["failing"]:
        raise LoadError(f"not all servers were asked: {counts}")
    return Polled(cores, pss_mebibytes(family(function.pid)), counts["events"])


async def _read_alone(connected: Connected) -> float:
    """Return the seconds that a server takes to tell of its first library, page after page."""
    kind = ServerKind(connected.kind)
    client = open_server(ServerAddress(kind, connected.url, connected.token), timeout_seconds=60)
    try:
        library = (await client.libraries((await client.identify()).server_id))[0]
        began, start = time.monotonic(), 0
        while taken := (await client.items(library, Reading(0, start), _PAGE, None)).taken:
            start += taken
        return time.monotonic() - began
    finally:
        await client.close()


async def _scan(place: Place, function: Function) -> Scanned:
    """Read a library in full, shift after shift; beforehand, let it be due."""
    await _execute(place, "UPDATE libraries SET last_full_at = NULL")
    began, cpu = time.monotonic(), function.cpu()
    while (await _job(place, function, "/scan"))["finished"] == 0:
        say("sources: a shift of reading is over")
    return Scanned(
        time.monotonic() - began, function.cpu() - cpu, pss_mebibytes(family(function.pid))
    )


async def _job(place: Place, function: Function, path: str) -> dict[str, int]:
    secret = place.environment["ANALYTICS_CALLER_SECRET"]
    headers = {
        "Authorization": f"Bearer {caller_token('ingest_session', secret)}",
        "X-CloudScheduler-ScheduleTime": utc_now().isoformat(),
    }
    url = f"http://127.0.0.1:{function.port}{path}"
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:
        answer = await client.post(url, headers=headers)
    if not answer.is_success:
        raise LoadError(f"{path} answered {answer.status_code}: {answer.text[:200]}")
    return answer.json()


async def _connect(place: Place, connected: Sequence[Connected]) -> None:
    vault = Vault(place.settings.revenge_encryption_key)
    for server in connected:
        config = {"url": server.url, "token": server.token, "allow_private_network": True}
        await _execute(
            place,
            "INSERT INTO media_servers (id, name, kind, config, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, now(), now())",
            new_id(utc_now()),
            f"{server.name} {uuid4().hex[:6]}",
            server.kind,
            vault.seal(config),
        )


async def _forget(place: Place) -> None:
    await _execute(place, "DELETE FROM media_servers")


async def _execute(place: Place, statement: LiteralString, *values: object) -> None:
    database = Database(place.settings)
    await database.open()

    async def work(connection: Connection) -> None:
        await connection.execute(statement, values)

    try:
        await database.run(work)
    finally:
        await database.close()
