"""What a media server is asked to do, and what it answers."""

from dataclasses import dataclass
from uuid import UUID

from shared.domain.action_state import ActionKind
from shared.domain.delivery import DeliveryError

MESSAGE = "This stream was ended by the operator of the server."
"""What a player is told to show where nobody said anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a server calls a person."""

    server_id: str
    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A stream as its server may know it.

    Attributes:
        session_key: the source's own key of the session.
        account_id: the server's id of who plays, as far as it is known.
        content_id: the server's own id of the item.
    """

    session_id: UUID
    session_key: str
    source: str
    account_id: str | None
    device_id: str | None
    content_id: str | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An action on its way.

    Attributes:
        id: the action's; the same over all attempts, so that a recipient can tell repeats.
        stream: what to end; None if it is about an account.
        reason: why, as a sentence; None if a person asked.
    """

    id: UUID
    kind: ActionKind
    user_id: UUID
    user_name: str | None
    accounts: tuple[Account, ...] = ()
    stream: Stream | None = None
    message: str = MESSAGE
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A media server's answer to an order that it did not turn down.

    Attributes:
        status: HTTP status, if it is known.
        is_gone: what it is about is not there any more: nothing is left to do.
    """

    status: int | None = None
    is_gone: bool = False


class ImpossibleError(DeliveryError):
    """A recipient will never take this, though it may take others: no use in trying again."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason, status=status)
