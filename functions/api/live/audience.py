"""Who listens, as far as it decides what is told."""

from dataclasses import dataclass
from uuid import UUID

from functions.api.persons import own_id
from shared.domain.permissions import Caller, Permission
from shared.http.context import Context


@dataclass(frozen=True, slots=True)
class Audience:
    """What a listener may be told.

    Attributes:
        user_id: the person whose sessions alone; None: everybody's.
        addresses: whether whole, and places exactly.
        adult: whether adult items are told of.
        violations: whether they are told at all.
    """

    user_id: UUID | None
    addresses: bool
    adult: bool
    violations: bool

    @property
    def hears_of_everybody(self) -> bool:
        """Whether not only one's own sessions are told, so that figures of all are as well."""
        return self.user_id is None


async def audience_of(caller: Caller, context: Context) -> Audience:
    """Return what a caller may be told: what the lists show.

    Raises:
        ForbiddenError: the caller may see its own sessions only, and is no person.
    """
    adult = caller.may(Permission.LEGACY_READ)
    if caller.may(Permission.SESSIONS_VIEW):
        return Audience(
            user_id=None,
            addresses=caller.may(Permission.ADDRESSES_VIEW),
            adult=adult,
            violations=caller.may(Permission.VIOLATIONS_VIEW),
        )
    own = await own_id(context, caller)
    return Audience(user_id=own, addresses=True, adult=adult, violations=False)
