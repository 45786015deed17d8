"""Plays: chains of sessions, as a person would count them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shared.domain.plays import Play, is_completed, plays
from shared.domain.session import Session, State

EVENING = datetime(2026, 11, 20, 20, tzinfo=UTC)
ADA = UUID(int=7)
MINUTE = timedelta(minutes=1)


def session(
    begins: float,
    minutes: float,
    *,
    start: float = 0,
    item: str = "m1",
    content_type: str = "movie",
    duration: float | None = 100,
    completed: bool | None = None,
) -> Session:
    """Watch an item from a position for some minutes; times and positions are in minutes."""
    at = EVENING + begins * MINUTE
    attributes: dict[str, str | int | bool | None] = {
        "content_id": item,
        "content_type": content_type,
    }
    if duration is not None:
        attributes["duration_ms"] = int(duration * 60_000)
    if completed is not None:
        attributes["completed"] = completed
    return Session(
        id=uuid4(),
        user_id=ADA,
        source="test",
        session_key="k",
        started_at=at,
        last_seen_at=at + minutes * MINUTE,
        network_since=at,
        state=State.STOPPED,
        stopped_at=at + minutes * MINUTE,
        start_progress=start * MINUTE,
        progress=(start + minutes) * MINUTE,
        attributes=attributes,
    )


def test_a_film_resumed_the_next_evening_is_one_play_of_the_first() -> None:
    first, second = session(0, 30), session(23 * 60, 60, start=29.5)
    [play] = plays([second, first])
    assert (play.id, play.watched) == (first.id, 90 * MINUTE)


def test_a_film_begun_again_is_another_play() -> None:
    assert len(plays([session(0, 30), session(60, 30, start=0)])) == 2


def test_a_film_resumed_two_days_later_is_another_play() -> None:
    assert len(plays([session(0, 30), session(49 * 60, 30, start=30)])) == 2


def test_a_film_watched_to_the_end_is_not_gone_on_with() -> None:
    assert len(plays([session(0, 90), session(120, 10, start=90)])) == 2


def test_two_items_are_never_one_play() -> None:
    assert len(plays([session(0, 30), session(31, 30, start=30, item="m2")])) == 2


@pytest.mark.parametrize(
    ("minutes", "content_type", "duration", "counts"),
    [
        (2, "movie", 100, True),
        (1.9, "movie", 100, False),
        (0.5, "music_track", 3, True),
        (0.4, "music_track", 3, False),
        (0.3, "music_track", 0.5, True),
        (0.2, "music_track", 0.5, False),
        (0.5, "music_track", None, True),
    ],
)
def test_what_is_too_short_is_no_play(
    minutes: float, content_type: str, duration: float | None, *, counts: bool
) -> None:
    play = Play((session(0, minutes, content_type=content_type, duration=duration),))
    assert play.is_counted is counts


@pytest.mark.parametrize(
    ("minutes", "content_type", "completed", "is_done"),
    [
        (85, "movie", None, True),
        (84, "movie", None, False),
        (50, "music_track", None, True),
        (10, "movie", True, True),
        (99, "livetv_program", True, False),
    ],
)
def test_completion_is_progress_or_the_players_word_and_live_has_none(
    minutes: float, content_type: str, *, completed: bool | None, is_done: bool
) -> None:
    assert (
        is_completed(session(0, minutes, content_type=content_type, completed=completed)) is is_done
    )


def test_an_item_of_unknown_length_is_not_completed() -> None:
    assert not is_completed(session(0, 90, duration=None))


def test_a_live_programme_left_and_found_again_is_one_play() -> None:
    live = [session(b, 10, content_type="livetv_program", duration=None) for b in (0, 30)]
    assert len(plays(live)) == 1
