"""The sessions of one key, one after the other: which of them an event belongs to.

Media servers use a session key again: after a session closed, after a restart, and for the next
item when one plays after another. A chain holds the sessions of a key that late events may still
belong to, in the order in which they began. A session lasts, at the most, until the next begins.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from shared.domain.identifiers import sibling_id
from shared.domain.past import KnownPast
from shared.domain.record import (
    Record,
    Successor,
    open_record,
    settle,
    succeeded_by,
    with_event,
)
from shared.domain.session import EndReason, EventKind, Session, SessionEvent

Chain = tuple[Record, ...]

# Ends that somebody told, not those that follow from silence or from what came next.
_TOLD_ENDS = (EndReason.STOPPED, EndReason.TERMINATED)


@dataclass(frozen=True, slots=True)
class Telling:
    """An event with what is known about it.

    Attributes:
        event: its times are those of a right clock.
        user_id: whose session it is of, if it says so, as its producer names them.
        begin: begins a session with it, if it belongs to none; ``None`` if it says too little.
        began: the session that it began when it was told before.
    """

    event: SessionEvent
    user_id: UUID | None = None
    begin: Callable[[], Record] | None = None
    began: UUID | None = None


def tell(chain: Chain, telling: Telling, now: datetime) -> tuple[Chain, UUID | None]:
    """Return a chain after one more event, and the id of the session to which that belongs.

    Nearly every event comes after all others. Any other is put in its place among those of the
    window, and these are all told again, in order: so the order of arrival does not show.

    The id is ``None`` if there is no such session and the event says too little to begin one.
    """
    if all(known.past.is_before(telling.event) for known in chain):
        after, session_id = _tell_next(chain, telling)
    else:
        repeated = [known for known in chain if telling.event in known.journal]
        if repeated:
            return chain, repeated[0].session.id
        after, session_id = _tell_again(chain, telling)
    linked = _linked(after) if len(after) > 1 else after
    return tuple(_settled(known, chain, now) for known in linked), session_id


def owner(chain: Chain, user_id: UUID | None, event: SessionEvent) -> int | None:
    """Say which session of a chain an event belongs to; ``None`` if it begins one of its own.

    1. One that began when the event says that its session began.
    2. A stop: the latest session of its item that had begun.
    3. Anything else: the session that was the latest at that time, if it is of the same item and
       the event does not start it anew.
    4. Else the one that comes next, if it is of the same item and nobody has said when it began.
    """
    if chain and _surely_goes_on(chain[-1].session, user_id, event):
        return len(chain) - 1
    same = [i for i, known in enumerate(chain) if _may_be_of(known.session, user_id, event)]
    for i in same:
        claimed = chain[i].session.claimed_start
        if event.started_at is not None and claimed == event.started_at:
            return i
    begun = [i for i, known in enumerate(chain) if known.session.started_at <= event.at]
    if event.kind is EventKind.STOP:
        return next((i for i in reversed(begun) if i in same), None)
    if begun and begun[-1] in same:
        latest = begun[-1]
        return None if _is_new_run(chain[latest].session, event) else latest
    after = begun[-1] + 1 if begun else 0
    unclaimed = after in same and chain[after].session.claimed_start is None
    return after if unclaimed else None


def named(event: SessionEvent, session: Session) -> SessionEvent:
    """Return an event that was sent to a session's id, saying that it is of this session.

    It says which item and which run it is of, but not so much that it could begin a session. One
    that says all that an event to the key says is taken for that.
    """
    item = session.attributes.get("content_id")
    if event.says_what_plays or event.attributes.get("content_id", item) != item:
        return event
    said = {k: v for k, v in event.attributes.items() if k != "content_type"}
    return replace(
        event,
        attributes={**said, "content_id": item},
        started_at=event.started_at or session.claimed_start,
    )


def _tell_next(chain: Chain, telling: Telling) -> tuple[Chain, UUID | None]:
    """Tell an event to the session that owns it, or begin one."""
    index = owner(chain, telling.user_id, telling.event)
    if index is None and telling.begin is not None:
        opened = telling.begin()
        return _by_start((*chain, opened)), opened.session.id
    if index is None:
        index = _of_its_item(chain, telling)
    if index is None:
        return chain, None
    after = with_event(chain[index], telling.event)
    return _by_start((*chain[:index], after, *chain[index + 1 :])), chain[index].session.id


def _of_its_item(chain: Chain, telling: Telling) -> int | None:
    """Return the session of the item that an event names that was the latest at that time."""
    item = telling.event.attributes.get("content_id")
    if item is None:
        return None
    same = [i for i, k in enumerate(chain) if k.session.attributes.get("content_id") == item]
    begun = [i for i in same if chain[i].session.started_at <= telling.event.at]
    return begun[-1] if begun else next(iter(same), None)


def _tell_again(chain: Chain, telling: Telling) -> tuple[Chain, UUID | None]:
    """Tell all events of the window in order, with one more among them.

    1. What is settled stays; what had begun since is as if nobody had heard of it.
    2. Each event is told, in the order of time. One that finds no session waits for the others.
    3. Each session gets back the id that it was known by: that with its first event.
    4. A session that would be lost by that, its id being known, is not: the event is told as the
       last one. No honest producer comes to that, but for one that corrects the item by id.
    """
    if any(map(_is_corrected, chain)):
        return _tell_next(chain, telling)
    settled = tuple(Record(known.base, KnownPast(known.base, ())) for known in chain if known.base)
    kept = [told for known in chain for told in _kept(known)]
    retold, homes = _tell_all(settled, [*kept, telling])
    began = {home: old.began for old, home in homes if old.began is not None}
    known_ids = {known.session.id for known in chain if known.base is None}
    settled_ids = {known.session.id for known in settled}
    is_whole = set(began.values()) == known_ids and not (settled_ids | {None}) & began.keys()
    if not is_whole or any(home is None for old, home in homes if old is not telling):
        return _tell_next(chain, telling)
    [home] = [home for told, home in homes if told is telling]
    return tuple(_renamed(known, began, chain) for known in retold), began.get(home) or home


def _is_corrected(known: Record) -> bool:
    """Say whether a session was taken for one of another item at first."""
    item = known.session.attributes.get("content_id")
    said = [known.base, *known.journal] if known.base else known.journal
    return any(one.attributes.get("content_id", item) != item for one in said)


def _tell_all(
    chain: Chain, tellings: Iterable[Telling]
) -> tuple[Chain, list[tuple[Telling, UUID | None]]]:
    """Tell events in order; return for each which session it belongs to."""
    homes: list[tuple[Telling, UUID | None]] = []
    waiting: list[Telling] = []
    for telling in sorted(tellings, key=lambda t: (*t.event.order, t.event.fingerprint)):
        chain, home = _tell_next(chain, telling)
        if home is None:
            waiting.append(telling)
        else:
            homes.append((telling, home))
    for telling in waiting:
        chain, home = _tell_next(chain, telling)
        homes.append((telling, home))
    return chain, homes


def _kept(holder: Record) -> Iterator[Telling]:
    """Yield a session's events as they are to be told again.

    One that names an item named its user, too. The first that could have is taken for the one that
    began the session, unless that is settled.
    """
    session = holder.session
    began = session.id if holder.base is None else None
    for event in holder.journal:
        if not event.says_what_plays:
            names_user = "content_id" in event.attributes
            yield Telling(event, session.told_user_id if names_user else None)
            continue
        blank = replace(session, id=began or sibling_id(session.id, event.at))
        yield Telling(event, session.told_user_id, partial(open_record, blank, event), began)
        began = None


def _renamed(retold: Record, began: Mapping[UUID | None, UUID], chain: Chain) -> Record:
    """Return a session under the id it was known by; as it was, if nothing came of it."""
    session = retold.session
    session_id = began.get(session.id, session.id)
    for before in chain:
        if before.session.id == session_id and before.past == retold.past:
            return before
    return replace(retold, session=replace(session, id=session_id))


def _by_start(chain: Chain) -> Chain:
    return (
        chain
        if len(chain) == 1
        else tuple(sorted(chain, key=lambda known: known.session.started_at))
    )


def _linked(chain: Chain) -> Chain:
    """Let each session end where the next one began."""
    after: tuple[Record | None, ...] = (*chain[1:], None)
    return tuple(
        succeeded_by(known, next_one and _successor(known.session, next_one.session))
        for known, next_one in zip(chain, after, strict=True)
    )


def _settled(known: Record, chain: Chain, now: datetime) -> Record:
    return known if any(known is before for before in chain) else settle(known, now)


def _successor(session: Session, after: Session) -> Successor:
    same = after.told_user_id == session.told_user_id and after.attributes.get(
        "content_id"
    ) == session.attributes.get("content_id")
    reason = EndReason.SUPERSEDED if same else EndReason.MEDIA_CHANGED
    return Successor(after.started_at, reason)


def _may_be_of(session: Session, user_id: UUID | None, event: SessionEvent) -> bool:
    """Say whether an event may be of a session: of its person, item and run, if it names them."""
    item = session.attributes.get("content_id")
    of_another = user_id not in (None, session.told_user_id)
    if of_another or event.attributes.get("content_id", item) != item:
        return False
    if event.started_at is None:
        return True
    if session.claimed_start is None:
        return event.started_at <= session.started_at
    return event.started_at == session.claimed_start


def _surely_goes_on(latest: Session, user_id: UUID | None, event: SessionEvent) -> bool:
    """Say whether an event belongs to the latest session by every rule, as nearly all do."""
    return (
        event.at >= latest.started_at
        and event.started_at in (None, latest.claimed_start)
        and _may_be_of(latest, user_id, event)
        and not _is_new_run(latest, event)
    )


def _is_new_run(session: Session, event: SessionEvent) -> bool:
    """Say whether an event that does not say when its session began starts another run."""
    if event.started_at is not None or event.kind is not EventKind.START:
        return False
    if session.stopped_at is None or session.end_reason not in _TOLD_ENDS:
        return False
    return event.at > session.stopped_at


def shifted(event: SessionEvent, session: Session) -> SessionEvent:
    """Correct an event's times by how far the clock of the session's producer is ahead."""
    offset = session.clock_offset
    if not offset:
        return event
    claimed = event.started_at
    return replace(
        event,
        at=event.at - offset,
        started_at=None if claimed is None else claimed - offset,
    )
