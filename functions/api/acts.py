"""Administrative acts: each in one transaction with the note of who did it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from shared.domain.permissions import Caller
from shared.http.context import Context
from shared.store import audit
from shared.store.database import Connection

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Act:
    """The transaction in which somebody acts."""

    connection: Connection
    caller: Caller
    now: datetime

    async def note(self, action: str, subject: object, **details: object) -> None:
        """Keep in the audit log what was done, and to what."""
        await audit.add(
            self.connection,
            actor=self.caller.name,
            action=action,
            subject=str(subject),
            now=self.now,
            details=details,
        )


async def act(context: Context, caller: Caller, work: Callable[[Act], Awaitable[Result]]) -> Result:
    """Carry out an act; return its result after COMMIT."""
    return await context.database.run(
        lambda connection: work(Act(connection, caller, context.now()))
    )
