"""A watch as it is kept between calls: what one instance saw, another goes on with."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.ingest_session.polling.watch import Watch, Watched
from shared.domain.session import State
from shared.store.json_times import MILLISECOND, from_ms, to_ms


def remembered(watch: Watch) -> dict[str, Any]:
    """Return a watch for JSON."""
    return {
        "listed_at": _instant(watch.listed_at),
        "calm_until": _instant(watch.calm_until),
        "sessions": {key: _watched(known) for key, known in watch.sessions.items()},
    }


def recalled(kept: Mapping[str, Any]) -> Watch:
    """Return what ``remembered`` gave; what cannot be read, of another release, is forgotten."""
    try:
        return Watch(
            sessions={key: _recalled(known) for key, known in kept["sessions"].items()},
            listed_at=_at(kept["listed_at"]),
            calm_until=_at(kept["calm_until"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Watch()


def _watched(known: Watched) -> dict[str, Any]:
    position = known.position
    return {
        "player": known.player,
        "account_id": known.account_id,
        "account_name": known.account_name,
        "state": known.state,
        "position": None if position is None else position // MILLISECOND,
        "moved_at": to_ms(known.moved_at),
        "seen_at": to_ms(known.seen_at),
        "told_at": to_ms(known.told_at),
        "misses": known.misses,
        "is_over": known.is_over,
        "digest": known.digest,
    }


def _recalled(known: Mapping[str, Any]) -> Watched:
    position = known["position"]
    return Watched(
        player=known["player"],
        account_id=known["account_id"],
        account_name=known["account_name"],
        state=State(known["state"]),
        position=None if position is None else timedelta(milliseconds=position),
        moved_at=from_ms(known["moved_at"]),
        seen_at=from_ms(known["seen_at"]),
        told_at=from_ms(known["told_at"]),
        misses=known["misses"],
        is_over=known["is_over"],
        digest=known["digest"],
    )


def _instant(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


def _at(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
