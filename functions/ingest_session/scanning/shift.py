"""A shift: the libraries of all servers that answer, each server at its own pace."""

import asyncio
import logging

from functions.ingest_session.scanning.scanner import Reader, Scanner
from shared.domain.servers import ServerError
from shared.errors import AppError
from shared.http.context import Context
from shared.services.jobs import Counts
from shared.store import server_states
from shared.store.server_states import Answering

_USUAL = Reader()

_log = logging.getLogger(__name__)


async def scan_libraries(context: Context, reader: Reader = _USUAL) -> Counts:
    """Read what is due of every server's libraries, for the length of a shift.

    A server that fails holds up no other, and goes on with the next shift; what was read counts.
    """
    if not context.settings.analytics_enabled:
        return {"disabled": 1}
    servers = await context.database.run(server_states.list_answering)
    scanners = await asyncio.gather(*(_scan(server, context, reader) for server in servers))
    return {
        "servers": len(servers),
        "failing": sum(scanner.is_failing for scanner in scanners),
        "items": sum(scanner.read for scanner in scanners),
        "finished": sum(scanner.finished for scanner in scanners),
        "imported": sum(scanner.imported for scanner in scanners),
    }


async def _scan(server: Answering, context: Context, reader: Reader) -> Scanner:
    scanner = Scanner(server, context, reader)
    try:
        await scanner.run()
    except (ServerError, AppError) as error:
        _log.info("the libraries of %s cannot be read: %s", server.name, error)
        scanner.is_failing = True
    except Exception:  # noqa: BLE001  (one server must not hold up the others)
        _log.exception("the libraries of %s cannot be read", server.name)
        scanner.is_failing = True
    return scanner
