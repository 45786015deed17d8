"""A call of a command: who calls, what is asked, and what it is answered from."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from functions.api.asking import Asked
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import Period, last_days
from shared.domain.statistics.question import Filter
from shared.http.context import Context
from shared.schemas.tautulli_query import TautulliParameters
from shared.store import people
from shared.store.database import Connection

# What is told apart in charts and rankings, as the content types of ours.
SERIES = {
    "TV": ("tvshow_episode",),
    "Movies": ("movie",),
    "Music": ("music_track",),
    "Live TV": ("livetv_program",),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A command that is called, within a transaction."""

    context: Context
    connection: Connection
    caller: Caller
    wanted: TautulliParameters
    now: datetime

    @property
    def adult(self) -> bool:
        """Whether adult content is told of."""
        return self.caller.may(Permission.LEGACY_READ)

    @property
    def shows_addresses(self) -> bool:
        """Whether addresses and e-mails are told whole."""
        return self.caller.may(Permission.ADDRESSES_VIEW)

    def asked(self, days: int | Period | None = None) -> Asked:
        """Return what is asked of the statistics: of the last days, of the person that is meant."""
        span = self.wanted.time_range if days is None else days
        period = span
        if not isinstance(period, Period):
            period = last_days(period, self.now, self.context.settings.zone)
        users = () if self.wanted.user_id is None else (self.wanted.user_id,)
        libraries = () if self.wanted.section_id is None else (self.wanted.section_id,)
        counted = Filter(users=users, libraries=libraries, adult=self.adult)
        return Asked(self.context, self.connection, period, counted)


def of_types(asked: Asked, content_types: tuple[str, ...]) -> Asked:
    """Return the same question of some content types."""
    return replace(asked, filter=replace(asked.filter, content_types=content_types))


def of_streams(asked: Asked, stream_types: tuple[str, ...]) -> Asked:
    """Return the same question of some decisions."""
    return replace(asked, filter=replace(asked.filter, stream_types=stream_types))


async def name_people(call: Call, user_ids: Sequence[str]) -> dict[str, str]:
    """Return what people are called; who has no name is called by the id."""
    known = await people.list_people(call.connection, [UUID(user_id) for user_id in user_ids])
    names = {str(user_id): person.name for user_id, person in known.items()}
    return {user_id: names.get(user_id) or user_id for user_id in user_ids}


@dataclass(frozen=True, slots=True)
class Command:
    """What a command takes, and what it does."""

    permission: Permission
    carry_out: Callable[[Call], Awaitable[object]]
