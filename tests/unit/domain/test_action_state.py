"""What becomes of an action, for every state it may be in and everything that may be true of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.action_state import (
    LOOK_AGAIN,
    LOOK_FOR_END,
    UNFINISHED,
    ActionKind,
    ActionState,
    Move,
    Progress,
    Sight,
    Step,
    next_step,
)

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
FINE = Sight()

progresses = st.builds(
    Progress,
    st.sampled_from(ActionKind),
    st.sampled_from(ActionState),
    st.booleans(),
    st.none() | st.integers(-300, 300).map(lambda n: NOW + timedelta(seconds=n)),
)
sights = st.builds(Sight, st.none() | st.just("It is not so."), st.booleans(), st.booleans())


def progress(state: ActionState, *, tried: bool = False, seconds: float = 60) -> Progress:
    verify_by = NOW + timedelta(seconds=seconds)
    return Progress(ActionKind.TERMINATE_STREAM, state, tried, verify_by)


def test_what_is_due_and_still_called_for_is_sent() -> None:
    assert next_step(progress(ActionState.DUE), FINE, NOW) == Step(Move.SEND, ActionState.DUE)


def test_what_waits_for_approval_is_only_looked_at() -> None:
    step = next_step(progress(ActionState.AWAITING_APPROVAL), FINE, NOW)
    assert step == Step(Move.WAIT, ActionState.AWAITING_APPROVAL, at=NOW + LOOK_AGAIN)


def test_a_stream_that_ended_before_anybody_decided_ends_the_waiting() -> None:
    step = next_step(progress(ActionState.AWAITING_APPROVAL), Sight(ended=True), NOW)
    assert step == Step(Move.END, ActionState.WITHDRAWN, "The stream ended before anybody decided.")


@pytest.mark.parametrize("state", [ActionState.AWAITING_APPROVAL, ActionState.DUE])
def test_an_obstacle_withdraws_what_was_not_sent_and_is_the_reason(state: ActionState) -> None:
    step = next_step(progress(state), Sight(obstacle="The person is trusted by now."), NOW)
    assert step == Step(Move.END, ActionState.WITHDRAWN, "The person is trusted by now.")


def test_a_stream_that_ended_by_itself_withdraws_and_after_an_attempt_is_done() -> None:
    ended = Sight(ended=True)
    step = next_step(progress(ActionState.DUE), ended, NOW)
    assert step == Step(Move.END, ActionState.WITHDRAWN, "The stream ended by itself.")
    step = next_step(progress(ActionState.DUE, tried=True), ended, NOW)
    assert step == Step(Move.END, ActionState.DONE)


def test_what_was_sent_is_done_once_its_stream_is_seen_to_have_ended() -> None:
    step = next_step(progress(ActionState.SENT), Sight(ended=True), NOW)
    assert step == Step(Move.END, ActionState.DONE)


def test_what_was_sent_is_looked_for_until_its_time_is_up_and_then_escalated() -> None:
    waits = next_step(progress(ActionState.SENT), FINE, NOW)
    assert waits == Step(Move.WAIT, ActionState.SENT, at=NOW + LOOK_FOR_END)
    nearly = next_step(progress(ActionState.SENT, seconds=2), FINE, NOW)
    assert nearly == Step(Move.WAIT, ActionState.SENT, at=NOW + timedelta(seconds=2))
    late = next_step(progress(ActionState.SENT, seconds=0), FINE, NOW)
    assert late is not None
    assert (late.move, late.state) == (Move.END, ActionState.ESCALATED)


def test_an_account_waits_while_its_opposite_is_being_carried_out() -> None:
    step = next_step(progress(ActionState.DUE), Sight(must_wait=True), NOW)
    assert step == Step(Move.WAIT, ActionState.DUE, at=NOW + LOOK_FOR_END)


@given(progresses, sights)
def test_nothing_is_sent_but_what_is_due_and_to_which_nothing_is_opposed(
    present: Progress, sight: Sight
) -> None:
    step = next_step(present, sight, NOW)
    sends = step is not None and step.move is Move.SEND
    assert sends == (present.state is ActionState.DUE and sight == FINE)


@given(progresses, sights)
def test_what_is_over_stays_so_and_what_ends_ends_in_a_final_state(
    present: Progress, sight: Sight
) -> None:
    step = next_step(present, sight, NOW)
    assert (step is None) == (present.state not in UNFINISHED)
    if step is not None and step.move is Move.END:
        assert step.state not in UNFINISHED
        assert step.reason or step.state is ActionState.DONE


@given(progresses, sights)
def test_what_is_looked_at_again_is_so_later_and_within_a_minute(
    present: Progress, sight: Sight
) -> None:
    step = next_step(present, sight, NOW)
    if step is not None and step.move is Move.WAIT:
        assert step.at is not None
        assert NOW < step.at <= NOW + timedelta(seconds=60)
        assert step.state is present.state


@given(
    st.lists(sights, min_size=1, max_size=40),
    st.sampled_from([ActionState.DUE, ActionState.AWAITING_APPROVAL]),
)
def test_an_action_that_is_looked_at_for_ever_comes_to_one_end(
    seen: list[Sight], begun: ActionState
) -> None:
    state = begun
    now, verify_by, sent, ends = NOW, None, 0, 0
    for sight in seen:
        step = next_step(
            Progress(ActionKind.TERMINATE_STREAM, state, sent > 0, verify_by), sight, now
        )
        if step is None:
            continue
        if step.move is Move.SEND:
            state, sent, verify_by = ActionState.SENT, sent + 1, now + timedelta(seconds=60)
        elif step.move is Move.END:
            state, ends = step.state, ends + 1
        now = step.at or now + timedelta(seconds=5)
    assert sent <= 1
    assert ends <= 1
    assert sent == 0 or begun is ActionState.DUE
