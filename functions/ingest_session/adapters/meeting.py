"""Webhooks and lists of sessions of one playback, told as one session.

Both give a playback the same key, but for one thing: to its webhooks, Plex's owner is account 1 on
some servers and the account of plex.tv on others. A player plays one item for one person, so whose
item goes on upon that player already is who it is. And where a server is asked what it plays, its
list knows best how that is delivered: a webhook is left to say what, who and when. It also knows
best what plays again: a webhook that says no time of its own may be late, and tell of a playback that
the list has ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from functions.ingest_session.adapters.playback import Playback
from shared.domain.servers import ServerKind
from shared.domain.session import EventKind
from shared.servers.plex_items import account_of, known_keys
from shared.store import server_states
from shared.store.database import Database
from shared.store.server_states import Run

# A server that did not answer for longer than this is not listened to any more.
ANSWERED_WITHIN = timedelta(minutes=2)
REMEMBERED = timedelta(seconds=10)

# What ended within this time is begun anew by the list alone, which takes seconds; no webhook is
# later than this.
LATEST = timedelta(hours=1)

_DELIVERY = ("video_", "audio_", "subtitle_", "stream_", "transcode_")
_ALSO_DELIVERY = frozenset({"container", "resolution", "bitrate_kbps", "reports_progress"})


@dataclass(slots=True)
class Listening:
    """Knows which servers are asked what they play, and remembers it for a few seconds."""

    _known: frozenset[str] = field(default_factory=frozenset[str])
    _known_until: datetime | None = None

    async def has(self, database: Database, server_id: str, now: datetime) -> bool:
        """Say whether a server answered lately when it was asked what it plays."""
        if self._known_until is None or now >= self._known_until:
            since = now - ANSWERED_WITHIN
            self._known = await database.run(
                lambda connection: server_states.list_listening(connection, since=since)
            )
            self._known_until = now + REMEMBERED
        return server_id in self._known


def without_delivery(playback: Playback) -> Playback:
    """Return a webhook's event without what the list of sessions knows better."""
    kept = {
        name: value
        for name, value in playback.attributes.items()
        if not name.startswith(_DELIVERY) and name not in _ALSO_DELIVERY
    }
    return replace(playback, attributes=kept)


async def runs_upon(
    database: Database, kind: str, server_id: str, device_ids: Iterable[object]
) -> Sequence[Run]:
    """Return what goes on upon players whose person may be known under two ids."""
    wanted = sorted({device for device in device_ids if isinstance(device, str) and device})
    if kind != ServerKind.PLEX or not wanted:
        return []
    source = f"{kind}:{server_id}"
    return await database.run(
        lambda connection: server_states.list_active_runs(connection, source, wanted)
    )


def met(key: str, device_id: object, content_id: object, runs: Sequence[Run]) -> str | None:
    """Return the key under which a playback is known already, if that is another one."""
    if any(run.session_key == key for run in runs):
        return None
    return next(
        (r.session_key for r in runs if (r.device_id, r.content_id) == (device_id, content_id)),
        None,
    )


async def told_late(
    database: Database, kind: str, playback: Playback, now: datetime
) -> Playback | None:
    """Return a webhook's event as a word on the run that it comes too late for, if it does.

    Such a word begins nothing anew: it is a sign of life of what has ended.
    """
    if kind != ServerKind.PLEX or playback.at is not None:
        return None
    source, keys = f"{kind}:{playback.server_id}", known_keys(playback.session_key)
    ended = await database.run(
        lambda connection: server_states.list_ended_runs(
            connection, source, keys, since=now - LATEST
        )
    )
    known_as = next((key for key in keys if key in ended), None)
    if known_as is None:
        return None
    return replace(
        playback,
        kind=EventKind.PROGRESS,
        session_key=known_as,
        account_id=account_of(known_as),
        attributes={},
    )
