"""What Plex says by itself of its players.

It says something of each every few seconds; only a state, or an item, that is new is a change.
"""

from collections.abc import Iterator
from typing import cast

from pydantic_core import from_json

from shared.servers.values import NOTHING, Object, identifier, part, parts, text

# So many players at once no server has; one that names more is not to fill the memory.
_MOST_PLAYERS = 1_000

_CONTAINER = "NotificationContainer"
_NOTIFICATION = "PlaySessionStateNotification"


class PlayerChanges:
    """Knows what each player was last said to do."""

    def __init__(self) -> None:
        self._known: dict[str | None, tuple[str | None, str | None]] = {}

    def are_told_by(self, data: str) -> bool:
        """Say whether an event tells of a change; one that nobody can read may."""
        told = dict(_told(data))
        changed = {player: does for player, does in told.items() if self._known.get(player) != does}
        if len(self._known) + len(changed) > _MOST_PLAYERS:
            self._known.clear()
        self._known |= changed
        return bool(changed) or not told


def _told(data: str) -> Iterator[tuple[str | None, tuple[str | None, str | None]]]:
    """Yield which players an event names, each with its item and state."""
    said = _object(data)
    for notification in parts(part(said, _CONTAINER) or said, _NOTIFICATION):
        does = (identifier(notification.get("ratingKey")), text(notification.get("state")))
        yield identifier(notification.get("sessionKey")), does


def _object(data: str) -> Object:
    try:
        said: object = from_json(data)
    except ValueError:
        return NOTHING
    return cast("Object", said) if isinstance(said, dict) else NOTHING
