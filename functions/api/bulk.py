"""Many things done alike: each in a transaction of its own, answered for, and remembered.

1. What is meant is chosen: the ids given, or what a filter lets through and the deed would change.
2. Each is done as if it were the only one; one that fails stops no other.
3. What changed is remembered in the transaction that changes it, so that who is killed midway can
   take back what was done, and nothing else.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from functions.api.acts import Act, act
from functions.api.persons import of_persons
from shared.domain.bulk import MOST_ITEMS, UNDONE_WITHIN, BulkKind
from shared.domain.permissions import Caller
from shared.errors import AppError, ConflictError, NotFoundError
from shared.http.context import Context
from shared.http.problems import told
from shared.schemas.bulk import Bulk, BulkAnswer, BulkItem, bulk_answer
from shared.store import bulk as store
from shared.store.database import Connection


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to one thing.

    Attributes:
        changed: whether that changed anything.
        state: what it is now.
        before: what is to be known to take it back.
        user_id: whose it is, if it is somebody's.
        deliveries: alerts that it caused.
        actions: what is to be carried out because of it.
        looked_at: the person is to be looked at again.
    """

    changed: bool
    state: str
    before: str = ""
    user_id: UUID | None = None
    deliveries: tuple[UUID, ...] = ()
    actions: tuple[UUID, ...] = ()
    looked_at: bool = False


class Deed(Protocol):
    """One kind of thing that can be done to many."""

    @property
    def kind(self) -> BulkKind:
        """Which."""
        ...

    async def choose(self, connection: Connection, filters: Mapping[str, object]) -> list[UUID]:
        """Return what filters, with the ``limit`` of a list, let through and this would change."""
        ...

    async def do(self, deed: Act, item_id: UUID) -> Done:
        """Do it to one, and note it."""
        ...


class UndoableDeed(Deed, Protocol):
    """One that can be taken back."""

    async def undo(self, deed: Act, item_id: UUID, before: str) -> Done:
        """Take it back from one, and note that."""
        ...


Work = Callable[[Act], Awaitable[Done]]
Outcome = Done | AppError


class Rehearsal(Act):
    """An act that is tried and taken back: nobody need note it."""

    async def note(self, action: str, subject: object, **details: object) -> None:
        """Note nothing."""


async def do_to_many(context: Context, caller: Caller, deed: Deed, said: Bulk[Any]) -> BulkAnswer:
    """Do something to all that is meant, or try what that would do."""
    ids, more = await _chosen(context, deed, said)
    if said.dry_run:
        outcomes = await _rehearsed(context, caller, deed, ids)
        return bulk_answer(deed.kind, _items(outcomes), dry_run=True, more=more)
    operation_id, began_at = await _begun(context, caller, deed)

    def doing(item_id: UUID) -> Work:
        async def work(act: Act) -> Done:
            done = await deed.do(act, item_id)
            if done.changed and operation_id is not None:
                await store.add_change(
                    act.connection,
                    operation_id,
                    item_id,
                    user_id=done.user_id,
                    before=done.before,
                )
            return done

        return work

    outcomes = await _each(context, caller, ids, doing)
    return bulk_answer(
        deed.kind, _items(outcomes), operation_id=operation_id, began_at=began_at, more=more
    )


async def undo_for_many(
    context: Context, caller: Caller, deed: UndoableDeed, operation_id: UUID
) -> BulkAnswer:
    """Take back what an operation changed; a second time there is nothing left to."""
    ids = await context.database.run(
        lambda connection: store.list_changes(connection, operation_id)
    )

    def undoing(item_id: UUID) -> Work:
        async def work(act: Act) -> Done:
            before = await store.take_change(act.connection, operation_id, item_id)
            if before is None:
                raise ConflictError("This was taken back already.", code="bulk_undone")
            return await deed.undo(act, item_id, before)

        return work

    return bulk_answer(deed.kind, _items(await _each(context, caller, ids, undoing)))


async def find_operation(context: Context, operation_id: UUID) -> BulkKind:
    """Return what an operation did.

    Raises:
        NotFoundError: there was none of this id, or it can be taken back no more.
    """
    row = await context.database.run(
        lambda connection: store.find_operation(connection, operation_id)
    )
    if row is None or row["created_at"] < context.now() - UNDONE_WITHIN:
        raise NotFoundError(
            "There is nothing to undo of this id: either nothing was done by it, it cannot be"
            f" undone, or that was more than {UNDONE_WITHIN.days} days ago.",
            code="bulk_not_found",
        )
    return BulkKind(row["kind"])


async def _chosen(context: Context, deed: Deed, said: Bulk[Any]) -> tuple[list[UUID], bool]:
    """Return what is meant, and whether a filter lets through more than is done at once."""
    if said.filter is None:
        return list(dict.fromkeys(said.ids or ())), False
    given = said.filter

    async def choose(connection: Connection) -> list[UUID]:
        meant = await of_persons(connection, given)
        filters = {**meant.model_dump(exclude_none=True), "limit": MOST_ITEMS + 1}
        return await deed.choose(connection, filters)

    found = await context.database.run(choose)
    return found[:MOST_ITEMS], len(found) > MOST_ITEMS


async def _begun(
    context: Context, caller: Caller, deed: Deed
) -> tuple[UUID, datetime] | tuple[None, None]:
    """Note that something begins which can be taken back, if it can."""
    if not deed.kind.can_be_undone:
        return None, None
    now = context.now()
    operation_id = await context.database.run(
        lambda connection: store.add_operation(connection, deed.kind, actor=caller.name, now=now)
    )
    return operation_id, now


async def _each(
    context: Context, caller: Caller, ids: Iterable[UUID], work_on: Callable[[UUID], Work]
) -> Mapping[UUID, Outcome]:
    """Work on each, a transaction each, in the order given; then nudge what follows from all."""
    outcomes: dict[UUID, Outcome] = {}
    for item_id in ids:
        try:
            outcomes[item_id] = await act(context, caller, work_on(item_id))
        except AppError as error:
            outcomes[item_id] = error
    done = [outcome for outcome in outcomes.values() if isinstance(outcome, Done)]
    await context.nudges.deliver([i for each in done for i in each.deliveries])
    await context.nudges.act([i for each in done for i in each.actions])
    looked_at = {each.user_id for each in done if each.looked_at and each.user_id is not None}
    if looked_at:
        await context.nudges.detect(looked_at)
    return outcomes


class _RehearsedError(Exception):
    """Carries what was tried out of its transaction, so that this is rolled back."""

    def __init__(self, outcomes: Mapping[UUID, Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


async def _rehearsed(
    context: Context, caller: Caller, deed: Deed, ids: Iterable[UUID]
) -> Mapping[UUID, Outcome]:
    """Do it to all, one after the other, in one transaction that is rolled back."""

    async def rehearse(connection: Connection) -> None:
        rehearsal = Rehearsal(connection, caller, context.now())
        outcomes: dict[UUID, Outcome] = {}
        for item_id in ids:
            try:
                async with connection.transaction():
                    outcomes[item_id] = await deed.do(rehearsal, item_id)
            except AppError as error:
                outcomes[item_id] = error
        raise _RehearsedError(outcomes)

    try:
        await context.database.run(rehearse)
    except _RehearsedError as rehearsed:
        return rehearsed.outcomes
    raise AssertionError("a rehearsal is always rolled back")


def _items(outcomes: Mapping[UUID, Outcome]) -> list[BulkItem]:
    return [
        BulkItem(id=item_id, changed=outcome.changed, state=outcome.state)
        if isinstance(outcome, Done)
        else BulkItem(id=item_id, changed=False, problem=told(outcome))
        for item_id, outcome in outcomes.items()
    ]
