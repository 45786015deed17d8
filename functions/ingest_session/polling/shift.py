"""A shift: all servers that nobody asks, at once, each at its own pace."""

import asyncio
import logging
from datetime import timedelta

from functions.ingest_session.polling.pace import Pace
from functions.ingest_session.polling.poller import Poller
from shared.http.context import Context
from shared.services.jobs import Counts
from shared.store import server_states
from shared.store.server_states import Claim

_log = logging.getLogger(__name__)


_USUAL = Pace()


async def poll_servers(context: Context, pace: Pace = _USUAL) -> Counts:
    """Ask every enabled server what it plays, for the length of a shift.

    A slow server, or one that fails, holds up no other.
    """
    if not context.settings.analytics_enabled:
        return {"disabled": 1}
    claims = await _claim(context, pace)
    pollers = await asyncio.gather(*(_poll(claimed, context, pace) for claimed in claims))
    return {
        "servers": len(claims),
        "failing": sum(poller is None or poller.is_failing for poller in pollers),
        "events": sum(poller.told for poller in pollers if poller is not None),
    }


async def _claim(context: Context, pace: Pace) -> list[Claim]:
    now = context.now()
    until = now + timedelta(seconds=pace.lease)
    return await context.database.run(
        lambda connection: server_states.claim(connection, now=now, lease_until=until)
    )


async def _poll(claimed: Claim, context: Context, pace: Pace) -> Poller | None:
    """Ask one server; whatever goes wrong with it is logged, and the others are asked."""
    poller = Poller(claimed, context, pace)
    try:
        await poller.run()
    except Exception:  # noqa: BLE001  (one server must not hold up the others)
        _log.exception("%s cannot be asked", claimed.name)
        return None
    return poller
