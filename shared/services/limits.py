"""Counting requests against limits that hold over all instances."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from shared.domain.limits import Allowance, Policy, Use
from shared.domain.permissions import Caller
from shared.errors import TooBusyError, UnavailableError
from shared.settings import Settings
from shared.store import limits as store
from shared.store.database import Connection, Database

MAX_REMEMBERED = 20_000
SIGN_IN_WINDOW = timedelta(minutes=15)

_IPV6_HOME = 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known by subject, and in which part of a window it was last looked through."""

    part: datetime
    uses: dict[str, Use]


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
        self._known: dict[str, _Known] = {}

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

    async def did_not_fail(self, address: str | None, attempt: Allowance) -> None:
        """Give an attempt to sign in back that did not fail."""
        home = _home(address)
        told = await self._add(self._sign_ins, home, Counter({attempt.part: -1}))
        self._uses(self._sign_ins)[home] = Use(told)

    async def _take(self, policy: Policy, subject: str) -> Allowance:
        """Count a use, unless nothing is left: then it is too many, and not counted."""
        now, uses = self._now(), self._uses(policy)
        part = policy.part_start(now)
        use = uses.get(subject, Use())
        if use.total >= policy.quota:
            return Allowance(policy, -1, use.more_in(policy, now), part)
        use = uses[subject] = use.one_more(part)
        if use.is_to_be_told(policy):
            use = await self._tell(policy, subject, use)
        return Allowance(policy, policy.quota - use.total, use.more_in(policy, now), part)

    async def _tell(self, policy: Policy, subject: str, use: Use) -> Use:
        # Who comes while we tell counts on from here, and tells only of itself.
        self._uses(policy)[subject] = use.all_told()
        try:
            told = await self._add(policy, subject, use.untold)
        except (UnavailableError, TooBusyError):
            _log.warning("limits are counted alone: the database does not answer")
            return use.all_told()
        uses = self._uses(policy)
        uses[subject] = uses.get(subject, Use()).heard(told)
        return Use(told)

    async def _add(
        self, policy: Policy, subject: str, used: Counter[datetime]
    ) -> Counter[datetime]:
        """Add to what all instances count, and return that."""
        # Addresses and names are nobody's business: a digest counts as well.
        digest = hashlib.sha256(f"{policy.name} {subject}".encode()).digest()
        since = policy.counts_since(self._now())

        async def add(connection: Connection) -> Counter[datetime]:
            return await store.add_use(connection, digest, used, since=since)

        return await self._database.run_freely(add)

    def _uses(self, policy: Policy) -> dict[str, Use]:
        """Return what is known by subject; once a part, who used nothing lately is forgotten."""
        now = self._now()
        part, since = policy.part_start(now), policy.counts_since(now)
        known = self._known.get(policy.name)
        if known is None or known.part != part or len(known.uses) >= MAX_REMEMBERED:
            uses = {} if known is None or len(known.uses) >= MAX_REMEMBERED else known.uses
            still = {subject: use.since(since) for subject, use in uses.items()}
            known = _Known(part, {subject: use for subject, use in still.items() if use.total})
            self._known[policy.name] = known
        return known.uses


def _home(address: str | None) -> str:
    """Return whom an address stands for: with IPv6 a home has as many as it likes."""
    if address is None:
        return "unknown"
    if ip_address(address).version == 4:  # noqa: PLR2004  (the number is the name)
        return address
    return str(ip_network((address, _IPV6_HOME), strict=False))
