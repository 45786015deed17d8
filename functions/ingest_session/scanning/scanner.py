"""Reading the libraries of one server: page by page, gently, as far as the time goes."""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import timedelta

from functions.ingest_session.history.importer import import_history
from shared.domain.identifiers import derived_id
from shared.domain.library import Library, Reading
from shared.domain.scans import ScanKind, due
from shared.domain.servers import OF_ONE_LIST, ServerError, ServerProblem
from shared.errors import AppError
from shared.http.context import Context
from shared.servers.clients import MediaServer, open_server
from shared.services import scans
from shared.services.scans import LostLibraryError, Page
from shared.services.server_addresses import server_address
from shared.store import accounts, libraries, server_states
from shared.store.accounts import Listed
from shared.store.database import Connection
from shared.store.libraries import KnownLibrary, Scan
from shared.store.server_states import Answering

# A library, or an account, that its server does not list for longer than this is gone.
MISSING = timedelta(days=1)
ACCOUNTS_EVERY = timedelta(hours=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """How a server is read.

    Attributes:
        page: items asked for at once.
        least: the least that a page shrinks to where the server does not manage more.
        timeout: seconds for one page.
        rest: the longest rest after a page, in seconds; otherwise as long as the page took.
        shift: seconds that one call reads; the next goes on.
    """

    page: int = 500
    least: int = 20
    timeout: float = 60.0
    rest: float = 1.0
    shift: float = 50.0


class Scanner:
    """Reads what is due of one server's libraries, one after the other."""

    def __init__(self, server: Answering, context: Context, reader: Reader) -> None:
        self._server = server
        self._context = context
        self._reader = reader
        self._size = reader.page
        self._ends_at = time.monotonic() + reader.shift
        self.read = 0
        self.finished = 0
        self.imported = 0
        self.is_failing = False
        self._unlisted: ServerError | None = None

    async def run(self) -> None:
        """Read until all that is due is done, or the shift is over.

        Raises:
            ServerError: the server does not answer, or did not list one of its libraries.
        """
        config = self._context.vault.unseal(self._server.config)
        address = server_address(self._server.kind, config)
        client = open_server(address, timeout_seconds=self._reader.timeout)
        try:
            await self._refresh(client)
            await self._read_accounts(client)
            for known in await self._known():
                if time.monotonic() >= self._ends_at:
                    break
                await self._scan_if_due(client, known)
            else:
                self.imported += await import_history(client, self._server, self._context)
        finally:
            await client.close()
        if self._unlisted is not None:
            raise self._unlisted

    async def _refresh(self, client: MediaServer) -> None:
        """Note which libraries there are."""
        listed = await client.libraries(self._server.server_id)
        now = self._context.now()

        async def work(connection: Connection) -> None:
            await libraries.note_libraries(
                connection,
                self._server.media_server_id,
                listed,
                missing_since=now - MISSING,
                now=now,
            )

        await self._context.database.run(work)

    async def _read_accounts(self, client: MediaServer) -> None:
        """Note which accounts there are, now and then."""
        now, server = self._context.now(), self._server
        if server.accounts_at is not None and now - server.accounts_at < ACCOUNTS_EVERY:
            return
        listed = [
            Listed(
                derived_id(server.server_id, "user", account.id),
                account.id,
                account.name,
                account.email,
                account.avatar,
            )
            for account in await client.accounts()
        ]

        async def note(connection: Connection) -> None:
            since = now - ACCOUNTS_EVERY
            if await server_states.mark_accounts(
                connection, server.media_server_id, since=since, now=now
            ):
                await accounts.note_listed(
                    connection, server.server_id, listed, missing_since=now - MISSING, now=now
                )

        await self._context.database.run(note)

    async def _known(self) -> list[KnownLibrary]:
        return await self._context.database.run(
            lambda c: libraries.list_of_server(c, self._server.media_server_id)
        )

    async def _scan_if_due(self, client: MediaServer, known: KnownLibrary) -> None:
        kind = due(known.last_full_at, known.last_scan_at, self._context.now())
        scan = None if kind is None else await self._begin(known, kind)
        if scan is None:
            return
        try:
            await self._scan(client, known.library, scan)
        except LostLibraryError:
            _log.info("%s is scanned by somebody else", known.library.name)
        except (ServerError, AppError) as error:
            await self._interrupt(scan, str(error))
            if not isinstance(error, ServerError) or error.problem not in OF_ONE_LIST:
                raise
            self._unlisted = self._unlisted or error

    async def _begin(self, known: KnownLibrary, kind: ScanKind) -> Scan | None:
        return await self._context.database.run(
            lambda connection: scans.begin(
                connection,
                known.library.id,
                kind,
                last_scan_at=known.last_scan_at,
                now=self._context.now(),
            )
        )

    async def _scan(self, client: MediaServer, library: Library, scan: Scan) -> None:
        """Read on where the scan is; each page is stored before the next is asked for.

        Where the server does not manage as much, less is asked for from then on, also by who goes
        on with the scan; a shift that ends with that lets the other libraries go first.
        """
        problem = None
        self._size = min(self._size, scan.page or self._size)
        while scan.reading.part < client.lists(library):
            if time.monotonic() >= self._ends_at:
                await self._interrupt(scan, problem)
                return
            began = time.monotonic()
            try:
                page = await self._page(client, library, scan)
            except ServerError as error:
                scan, problem = await self._shrink(scan, error), str(error)
                continue
            took, problem = time.monotonic() - began, None
            scan = await self._take(scan, page)
            self.read += page.taken
            await asyncio.sleep(min(took, self._reader.rest))
        await self._finish(scan)
        self.finished += 1

    async def _page(self, client: MediaServer, library: Library, scan: Scan) -> Page:
        """Return the next page."""
        part, start = scan.reading.part, scan.reading.start
        found = await client.items(library, scan.reading, self._size, scan.changed_since)
        after = Reading(part, start + found.taken)
        if found.taken == 0 or (found.total is not None and after.start >= found.total):
            after = Reading(part + 1)
        return Page(found.items, found.taken, after, found.total, found.memberships)

    async def _shrink(self, scan: Scan, error: ServerError) -> Scan:
        """Ask for less from now on, if that was too much; else raise what the server said."""
        too_much = error.problem in (ServerProblem.TIMEOUT, ServerProblem.TOO_LARGE)
        if not too_much or self._size <= self._reader.least:
            raise error
        self._size = max(self._reader.least, self._size // 4)
        return await self._context.database.run(
            lambda c: scans.shrink(c, scan, self._size, now=self._context.now())
        )

    async def _take(self, scan: Scan, page: Page) -> Scan:
        return await self._context.database.run(
            lambda connection: scans.take(connection, scan, page, now=self._context.now())
        )

    async def _finish(self, scan: Scan) -> None:
        await self._context.database.run(
            lambda connection: scans.finish(connection, scan, now=self._context.now())
        )

    async def _interrupt(self, scan: Scan, problem: str | None) -> None:
        await self._context.database.run(
            lambda connection: scans.interrupt(connection, scan, problem, now=self._context.now())
        )
