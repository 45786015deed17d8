"""Asking one server what it plays, again and again, and recording what that tells."""

import asyncio
import logging
import math
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

from functions.ingest_session.adapters.meeting import met, runs_upon
from functions.ingest_session.polling.listening import Listener
from functions.ingest_session.polling.memory import recalled, remembered
from functions.ingest_session.polling.pace import HOPELESS, Pace
from functions.ingest_session.polling.telling import Teller
from functions.ingest_session.polling.watch import advance, with_lingering
from shared.domain.network import NetworkClass, classify, parse_address
from shared.domain.servers import Identity, LiveSession, ServerError, ServerProblem
from shared.errors import AppError
from shared.http.context import Context
from shared.servers.clients import MediaServer, TellingServer, open_server
from shared.servers.plex_items import account_of
from shared.services.server_addresses import server_address
from shared.store import server_states
from shared.store.database import Connection
from shared.store.server_states import Claim, Finding, Heard

_log = logging.getLogger(__name__)


class LostLeaseError(Exception):
    """Somebody else asks the server by now."""


class Poller:
    """Asks one server for the length of a shift.

    What is known moves on only when what happened is stored: who is killed in between leaves it as
    it was, and the next tells the same again, which changes nothing.
    """

    def __init__(self, claimed: Claim, context: Context, pace: Pace) -> None:
        self._claimed = claimed
        self._context = context
        self._pace = pace
        self._teller = Teller(claimed, context)
        self._watch = recalled(claimed.watch)
        self._identity: Identity | None = None
        self._finding = Finding(claimed.watch, self._watch.playing)
        self._kept_at = time.monotonic()
        self._failures = 0
        self._listener: Listener | None = None
        self._is_stirred = False
        self._compared_at = -math.inf
        self._known_as: dict[str, str] = {}
        self.told = 0
        """How many events were recorded."""

    @property
    def is_failing(self) -> bool:
        """Whether the last try failed."""
        return self._failures > 0

    async def run(self) -> None:
        """Ask until the shift is over, or somebody else does."""
        ends_at = time.monotonic() + self._pace.shift
        try:
            async with AsyncExitStack() as stack:
                server = self._open()
                stack.push_async_callback(server.close)
                self._listener = await self._listen_to(server, stack)
                await self._ask_until(server, ends_at)
        except ServerError as error:
            self._fail(error)
        except AppError as error:
            self._fail(ServerError(ServerProblem.SECRET, error.detail))
        except LostLeaseError:
            _log.info("%s is asked by somebody else", self._claimed.name)
            return
        finally:
            # Whoever comes next need not wait for the lease to run out.
            await self._keep(timedelta())

    def _open(self) -> MediaServer:
        config = self._context.vault.unseal(self._claimed.config)
        address = server_address(self._claimed.kind, config)
        return open_server(address, timeout_seconds=self._pace.timeout)

    async def _listen_to(self, server: MediaServer, stack: AsyncExitStack) -> Listener | None:
        """Hear what the server says by itself until the stack is left, where that may be."""
        context, name = self._context, self._claimed.name
        if not (context.settings.analytics_server_events and isinstance(server, TellingServer)):
            return None
        return await stack.enter_async_context(Listener(server, name, self._pace, context.now))

    async def _ask_until(self, server: MediaServer, ends_at: float) -> None:
        while True:
            began = time.monotonic()
            playing = self._watch.playing
            await self._ask(server)
            changed = self._watch.playing != playing or self._failures == 1
            if changed or time.monotonic() - self._kept_at >= self._pace.keep:
                await self._renew()
            is_busy = self._is_stirred or self._watch.playing > 0
            pause = self._pace.pause(self._failures, is_busy=is_busy)
            if not await self._rest(pause - (time.monotonic() - began), ends_at):
                return

    async def _rest(self, seconds: float, ends_at: float) -> bool:
        """Wait until the server is to be asked again; ``False`` if the shift is over before."""
        left = ends_at - time.monotonic()
        pause = max(0.0, seconds)
        if self._listener is not None and left > 0:
            self._is_stirred = await self._listener.wait(min(pause, left))
            return self._is_stirred or pause < left
        if pause < left:
            await asyncio.sleep(pause)
        return pause < left

    async def _ask(self, server: MediaServer) -> None:
        """Ask once; what goes wrong is noted, and told by the system's health."""
        try:
            identity = self._identity = self._identity or await self._identify(server)
            listed = await server.sessions(identity.server_id)
            await self._take(listed, identity)
        except ServerError as error:
            self._fail(error)
        except AppError as error:
            self._failures += 1
            _log.warning("what %s plays is not stored: %s", self._claimed.name, error.detail)

    async def _identify(self, server: MediaServer) -> Identity:
        identity = await server.identify()
        if self._claimed.server_id not in (None, identity.server_id):
            raise ServerError(
                ServerProblem.OTHER_SERVER,
                f"Another server answers there now ({identity.name or identity.server_id}):"
                " make a source of its own for it.",
            )
        return identity

    async def _take(self, listed: Sequence[LiveSession], identity: Identity) -> None:
        """Record what a list tells, then take it as what is known."""
        now = self._context.now()
        named = await self._met([_named(live, identity) for live in listed], identity)
        new = {live.key for live in named} - self._watch.sessions.keys()
        over = await self._teller.ended(identity.server_id, new, since=self._watch.listed_at)
        watch = with_lingering(self._watch, named, over, now)
        watch, happened = advance(watch, named, identity.server_id, now)
        self.told += await self._teller.record(happened)
        self._watch = watch
        await self._compare(identity.server_id, now)
        self._failures = 0
        self._finding = Finding(
            watch={},
            playing=watch.playing,
            polled_at=now,
            server_id=identity.server_id,
            server_name=identity.name,
            version=identity.version,
            public_address=_public_address(listed),
        )

    async def _met(
        self, listed: Sequence[LiveSession], identity: Identity
    ) -> Sequence[LiveSession]:
        """Return the sessions under the keys by which webhooks made them known."""
        known = self._watch.sessions.keys() | self._known_as.keys()
        new = [live for live in listed if live.key not in known]
        devices = {live.attributes.get("device_id") for live in new}
        kind, database = self._claimed.kind, self._context.database
        runs = await runs_upon(database, kind, identity.server_id, devices)
        for live in new:
            told = live.attributes
            known_as = met(live.key, told.get("device_id"), told.get("content_id"), runs)
            if known_as is not None:
                self._known_as[live.key] = known_as
        self._known_as = {
            live.key: self._known_as[live.key] for live in listed if live.key in self._known_as
        }
        return [_renamed(live, self._known_as.get(live.key)) for live in listed]

    async def _compare(self, server_id: str, now: datetime) -> None:
        """Let the list have the last word, now and then, on what webhooks made known."""
        is_calm = self._watch.calm_until is None or now < self._watch.calm_until
        if is_calm or time.monotonic() - self._compared_at < self._pace.keep:
            return
        self._compared_at = time.monotonic()
        await self._teller.end_unlisted(server_id, self._watch.sessions.keys(), now)

    def _fail(self, error: ServerError) -> None:
        self._failures += 1
        self._finding = replace(
            self._finding, polled_at=None, problem=error.problem, sentence=error.sentence
        )
        if self._failures == 1:
            _log.info("%s fails: %s", self._claimed.name, error.sentence)
        if error.is_lasting:
            self._identity = None
            self._failures = max(self._failures, HOPELESS)

    async def _renew(self) -> None:
        """Write down what is known, and stay the one who asks.

        Raises:
            LostLeaseError: somebody else does.
        """
        if not await self._keep(timedelta(seconds=self._pace.lease)):
            raise LostLeaseError
        self._kept_at = time.monotonic()

    async def _keep(self, lease: timedelta) -> bool:
        now = self._context.now()
        heard = Heard() if self._listener is None else self._listener.heard
        finding = replace(self._finding, watch=remembered(self._watch), heard=heard)

        async def work(connection: Connection) -> bool:
            return await server_states.keep(
                connection, self._claimed, finding, now=now, leased_until=now + lease
            )

        try:
            return await self._context.database.run(work)
        except AppError as error:
            _log.warning("what %s plays is not kept: %s", self._claimed.name, error.detail)
            return True


def _named(live: LiveSession, identity: Identity) -> LiveSession:
    if identity.name is None:
        return live
    return replace(live, attributes={**live.attributes, "server_name": identity.name})


def _renamed(live: LiveSession, key: str | None) -> LiveSession:
    return live if key is None else replace(live, key=key, account_id=account_of(key))


def _public_address(listed: Iterable[LiveSession]) -> str | None:
    """Return where the server's own network is on the internet: players in it tell that."""
    told = (parse_address(live.home_address) for live in listed)
    found = [address for address in told if classify(address) is NetworkClass.PUBLIC]
    return next(map(str, found), None)
