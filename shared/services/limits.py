"""Counting requests against limits that hold over all instances."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from shared.domain.limits import Allowance, Policy, Use
from shared.domain.permissions import Caller
from shared.errors import TooBusyError, UnavailableError
from shared.settings import Settings
from shared.store import limits as store
from shared.store.database import Connection, Database

MAX_REMEMBERED = 100_000
SIGN_IN_WINDOW = timedelta(minutes=15)

_IPV6_HOME = 64

_log = logging.getLogger(__name__)


@dataclass
class _Window:
    """What is known of the window that goes on."""

    start: datetime
    uses: dict[str, Use] = field(default_factory=dict[str, Use])


class Limits:
    """Counts for one instance, and hears of the others when it matters (``shared.domain.limits``).

    Without the database it counts alone.
    """

    def __init__(self, settings: Settings, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        minute = timedelta(minutes=1)
        self._requests = Policy("requests", settings.analytics_limit_requests_per_minute, minute)
        self._failures = Policy("failures", settings.analytics_limit_failures_per_minute, minute)
        self._sign_ins = Policy(
            "sign-ins", settings.analytics_limit_failed_sign_ins, SIGN_IN_WINDOW, is_exact=True
        )
        self._windows: dict[str, _Window] = {}

    async def request(self, caller: Caller) -> Allowance | None:
        """Count a request of a key's or a person's, by whichever browser; None without a limit."""
        if self._requests.quota == 0:
            return None
        return await self._take(self._requests, caller.name)

    async def failure(self, address: str | None) -> Allowance:
        """Count a key or token from an address that opened nothing."""
        return await self._take(self._failures, _home(address))

    async def sign_in(self, address: str | None) -> Allowance:
        """Count an attempt to sign in, before anything is looked at: as if it failed."""
        return await self._take(self._sign_ins, _home(address))

    async def did_not_fail(self, address: str | None) -> None:
        """Give an attempt to sign in back that did not fail."""
        policy, home = self._sign_ins, _home(address)
        window = self._window(policy)
        window.uses[home] = Use(told=await self._add(policy, window.start, home, -1))

    async def _take(self, policy: Policy, subject: str) -> Allowance:
        window = self._window(policy)
        use = window.uses.get(subject, Use())
        if use.total <= policy.quota:
            use = window.uses[subject] = use.one_more()
            if use.is_to_be_told(policy):
                use = await self._tell(policy, window, subject)
        resets_in = window.start + policy.window - self._now()
        return Allowance(policy, policy.quota - use.total, max(resets_in, timedelta(0)))

    async def _tell(self, policy: Policy, window: _Window, subject: str) -> Use:
        use = window.uses[subject]
        # Who comes while we tell counts on from here, and tells only of itself.
        window.uses[subject] = Use(told=use.total)
        try:
            told = await self._add(policy, window.start, subject, use.untold)
        except (UnavailableError, TooBusyError):
            _log.warning("limits are counted alone: the database does not answer")
            return window.uses[subject]
        now = window.uses[subject]
        window.uses[subject] = Use(told=max(told, now.told), untold=now.untold)
        return Use(told=told)

    async def _add(self, policy: Policy, start: datetime, subject: str, used: int) -> int:
        """Add to what all instances count, and return that."""
        # Addresses and names are nobody's business: a digest counts as well.
        digest = hashlib.sha256(f"{policy.name} {subject}".encode()).digest()

        async def add(connection: Connection) -> int:
            return await store.add_use(connection, digest, start, used)

        return await self._database.run_freely(add)

    def _window(self, policy: Policy) -> _Window:
        start = policy.window_start(self._now())
        window = self._windows.get(policy.name)
        if window is None or window.start != start or len(window.uses) >= MAX_REMEMBERED:
            window = self._windows[policy.name] = _Window(start)
        return window


def _home(address: str | None) -> str:
    """Return whom an address stands for: with IPv6 a home has as many as it likes."""
    if address is None:
        return "unknown"
    if ip_address(address).version == 4:  # noqa: PLR2004  (the number is the name)
        return address
    return str(ip_network((address, _IPV6_HOME), strict=False))
