"""What becomes of an action: from the moment at which it is asked for until it is over.

``awaiting_approval`` waits for a person; ``due`` is to be carried out; ``sent`` was, and is over
once its stream is seen to have ended. The others are final. Whoever carries actions out looks at
what is true at that moment and does what ``next_step`` says, so that an action that was right when
it was asked for, and is so no more, is never carried out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LOOK_AGAIN = timedelta(seconds=60)
"""How often an action that waits for approval is looked at: its stream may have ended."""

LOOK_FOR_END = timedelta(seconds=5)
"""How often the stream of an action that was sent is looked for."""


class ActionKind(StrEnum):
    """What is done."""

    TERMINATE_STREAM = "terminate_stream"
    SUSPEND_ACCOUNT = "suspend_account"
    UNSUSPEND_ACCOUNT = "unsuspend_account"


class ActionState(StrEnum):
    """How far an action is.

    ESCALATED: it was sent and had no effect in time, and people were told. FAILED: nobody took
    it. REFUSED: a person said no. WITHDRAWN: it was no longer called for.
    """

    AWAITING_APPROVAL = "awaiting_approval"
    DUE = "due"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ESCALATED = "escalated"


UNFINISHED = frozenset({ActionState.AWAITING_APPROVAL, ActionState.DUE, ActionState.SENT})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an action is.

    Attributes:
        tried: an attempt was begun before, which may have arrived although nobody saw that.
        verify_by: when its effect must be seen; None before it was sent.
    """

    kind: ActionKind
    state: ActionState
    tried: bool = False
    verify_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What is true of an action's matter at this moment.

    Attributes:
        obstacle: why it is no longer called for, as a sentence; None if it is.
        ended: the stream it is about has ended. Never true of an account.
        must_wait: its opposite is being carried out for the same account.
    """

    obstacle: str | None = None
    ended: bool = False
    must_wait: bool = False


class Move(StrEnum):
    """What to do with an action: carry it out, look again later, or bring it to an end."""

    SEND = "send"
    WAIT = "wait"
    END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next.

    Attributes:
        state: the one it comes to; for SEND and WAIT the one it is in.
        reason: a sentence for people, of those that end without effect.
        at: when to look again, for WAIT.
    """

    move: Move
    state: ActionState
    reason: str | None = None
    at: datetime | None = None


def next_step(progress: Progress, sight: Sight, now: datetime) -> Step | None:
    """Return what to do with an action now; None if it is over.

    1. Nothing is carried out whose stream has ended, or to which there is an obstacle.
    2. What was tried or sent, and whose stream has ended, is done.
    3. What was sent and goes on is escalated once its time is up, and looked at until then.
    """
    match progress.state:
        case ActionState.AWAITING_APPROVAL:
            return _awaited(sight, now)
        case ActionState.DUE:
            return _due(progress, sight, now)
        case ActionState.SENT:
            return _verified(progress, sight, now)
        case _:
            return None


def _awaited(sight: Sight, now: datetime) -> Step:
    if sight.ended:
        return _withdrawn("The stream ended before anybody decided.")
    if sight.obstacle:
        return _withdrawn(sight.obstacle)
    return Step(Move.WAIT, ActionState.AWAITING_APPROVAL, at=now + LOOK_AGAIN)


def _due(progress: Progress, sight: Sight, now: datetime) -> Step:
    if sight.ended and progress.tried:
        return Step(Move.END, ActionState.DONE)
    if sight.ended:
        return _withdrawn("The stream ended by itself.")
    if sight.obstacle:
        return _withdrawn(sight.obstacle)
    if sight.must_wait:
        return Step(Move.WAIT, ActionState.DUE, at=now + LOOK_FOR_END)
    return Step(Move.SEND, ActionState.DUE)


def _verified(progress: Progress, sight: Sight, now: datetime) -> Step:
    if sight.ended:
        return Step(Move.END, ActionState.DONE)
    verify_by = progress.verify_by or now
    if now >= verify_by:
        return Step(
            Move.END,
            ActionState.ESCALATED,
            "The media server took the request, and the stream goes on.",
        )
    return Step(Move.WAIT, progress.state, at=min(now + LOOK_FOR_END, verify_by))


def _withdrawn(reason: str) -> Step:
    return Step(Move.END, ActionState.WITHDRAWN, reason)
