"""What happened between two lists of what plays."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.ingest_session.adapters.playback import Playback
from functions.ingest_session.polling.memory import recalled, remembered
from functions.ingest_session.polling.watch import GRACE, Watch, advance
from shared.domain.servers import LiveSession
from shared.domain.session import EventKind, State
from shared.store.queries import json_text

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
START, PROGRESS, PAUSE, RESUME, STOP = EventKind


def live(key: str = "tv:film", **told: Any) -> LiveSession:
    player, _, item = key.partition(":")
    given: dict[str, Any] = {
        "key": key, "player": player, "account_id": "1", "account_name": "ada", "item_id": item,
        "state": State.PLAYING, "position": timedelta(), "address": "81.2.69.160",
        "said_local": False, "home_address": None, "server_session_id": "s", "silent_for": None,
        "attributes": {"content_id": item, "content_type": "movie", "duration_ms": 7_200_000},
    }  # fmt: skip
    return LiveSession(**(given | told))


class Lists:
    """A server's lists, one after the other, and all that they told."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.at = NOON
        self.told: list[Playback] = []
        self.see([], after=0)
        self.see([], after=40)

    def see(self, listed: Sequence[LiveSession], after: float = 2) -> list[tuple[EventKind, str]]:
        """Return what a list tells that comes so many seconds after the last."""
        self.at += timedelta(seconds=after)
        self.watch, told = advance(self.watch, listed, "server", self.at)
        self.told += told
        return [(playback.kind, playback.session_key) for playback in told]


def playing(seconds: float, **told: Any) -> LiveSession:
    return live(position=timedelta(seconds=seconds), **told)


def test_who_is_new_has_started_with_all_that_is_known() -> None:
    lists = Lists()
    assert lists.see([playing(754)]) == [(START, "tv:film")]
    [start] = lists.told
    assert (start.at, start.position) == (lists.at, timedelta(seconds=754))
    assert start.attributes["content_id"] == "film"
    assert start.attributes["reports_progress"] is True


def test_who_plays_on_gives_a_sign_of_life_every_ten_seconds() -> None:
    lists = Lists()
    lists.see([playing(0)])
    told = [lists.see([playing(second)]) for second in range(2, 22, 2)]
    assert [event for event in told if event] == [[(PROGRESS, "tv:film")]] * 2
    assert dict(lists.told[-1].attributes) == {}


def test_a_pause_and_its_end_are_told_at_once() -> None:
    lists = Lists()
    lists.see([playing(0)])
    assert lists.see([playing(2, state=State.PAUSED)]) == [(PAUSE, "tv:film")]
    assert lists.see([playing(2, state=State.PAUSED)]) == []
    assert lists.see([playing(2)]) == [(RESUME, "tv:film")]
    assert lists.see([playing(4, state=State.BUFFERING)]) == [(PROGRESS, "tv:film")]
    assert lists.told[-1].state is State.BUFFERING


def test_a_jump_is_told_at_once() -> None:
    lists = Lists()
    lists.see([playing(0)])
    assert lists.see([playing(1_800)]) == [(PROGRESS, "tv:film")]


def test_one_list_without_a_session_is_no_end_and_two_are() -> None:
    lists = Lists()
    lists.see([playing(0)])
    lists.see([playing(2)])
    seen_at = lists.at
    assert lists.see([]) == []
    assert lists.see([]) == [(STOP, "tv:film")]
    stop = lists.told[-1]
    assert (stop.at, stop.position) == (seen_at, timedelta(seconds=2))
    assert lists.see([]) == []


def test_who_was_missing_once_plays_on() -> None:
    lists = Lists()
    lists.see([playing(0)])
    lists.see([])
    assert lists.see([playing(4)]) == []
    lists.see([])
    assert lists.see([playing(8)]) == []


def test_a_player_that_goes_on_to_the_next_episode_has_ended_the_first() -> None:
    lists = Lists()
    lists.see([live("tv:one")])
    assert lists.see([live("tv:two")]) == [(STOP, "tv:one"), (START, "tv:two")]


def test_another_player_of_the_same_person_ends_nothing() -> None:
    lists = Lists()
    lists.see([live("tv:one")])
    assert lists.see([live("phone:two"), live("tv:one")]) == [(START, "phone:two")]


def test_what_is_delivered_otherwise_is_told_and_mere_speed_is_not() -> None:
    lists = Lists()
    lists.see([playing(0)])
    slower = {**playing(2).attributes, "transcode_speed": 1.2, "bandwidth_kbps": 900}
    assert lists.see([playing(2, attributes=slower)]) == []
    converted = {**slower, "stream_type": "transcode"}
    assert lists.see([playing(4, attributes=converted)]) == [(PROGRESS, "tv:film")]
    assert lists.told[-1].attributes["stream_type"] == "transcode"
    assert lists.see([playing(6, attributes=converted)]) == []


def test_a_player_that_moves_to_another_network_is_told_at_once() -> None:
    lists = Lists()
    lists.see([playing(0)])
    assert lists.see([playing(2, address="2.125.160.216")]) == [(PROGRESS, "tv:film")]
    assert lists.told[-1].address == "2.125.160.216"


def test_a_ghost_that_never_ends_is_ended_where_it_last_moved() -> None:
    lists = Lists()
    lists.see([playing(0)])
    lists.see([playing(30)], after=30)
    moved_at = lists.at
    told = [event for _ in range(40) for event in lists.see([playing(30)], after=10)]
    assert [event for event in told if event[0] is not PROGRESS] == [(STOP, "tv:film")]
    assert lists.told[-1].at == moved_at
    assert lists.watch.playing == 0


def test_a_ghost_that_moves_again_has_started_again() -> None:
    lists = Lists()
    lists.see([playing(0)])
    for _ in range(40):
        lists.see([playing(0)], after=10)
    assert lists.see([playing(2)]) == [(START, "tv:film")]


def test_live_television_has_no_position_and_is_no_ghost() -> None:
    lists = Lists()
    channel = live("tv:news", attributes={"content_id": "news", "content_type": "livetv_program"})
    lists.see([channel])
    told = [event for _ in range(60) for event in lists.see([channel], after=10)]
    assert {kind for kind, _ in told} == {PROGRESS}


def test_a_long_pause_is_no_end() -> None:
    lists = Lists()
    paused = playing(600, state=State.PAUSED)
    lists.see([paused])
    told = [event for _ in range(600) for event in lists.see([paused], after=10)]
    assert {kind for kind, _ in told} == {PROGRESS}


def test_what_the_server_has_not_heard_of_for_long_is_as_good_as_missing() -> None:
    lists = Lists()
    lists.see([playing(0)])
    silent = playing(2, silent_for=timedelta(minutes=6))
    assert lists.see([silent]) + lists.see([silent]) == [(STOP, "tv:film")]
    assert lists.see([silent]) == []


def test_two_tabs_with_one_key_are_one_session() -> None:
    lists = Lists()
    paused = playing(10, state=State.PAUSED)
    assert lists.see([paused, playing(20)]) == [(START, "tv:film")]
    assert lists.told[-1].state is State.PLAYING
    assert lists.see([playing(22), paused]) == []


def test_a_server_that_just_came_back_is_given_time_to_hear_of_its_players() -> None:
    lists = Lists()
    lists.see([playing(0)])
    assert lists.see([], after=90) == []
    assert lists.see([]) + lists.see([]) + lists.see([]) == []
    assert lists.see([playing(100)], after=4) == [(PROGRESS, "tv:film")]
    lists.see([], after=GRACE.total_seconds())
    assert lists.see([]) == [(STOP, "tv:film")]


def test_the_same_film_after_hours_away_goes_on_if_its_position_says_so() -> None:
    lists = Lists()
    lists.see([playing(0)])
    assert lists.see([playing(3_590)], after=3_600) == [(PROGRESS, "tv:film")]


def test_the_same_film_after_hours_away_is_another_run_if_its_position_says_so() -> None:
    lists = Lists()
    lists.see([playing(3_000)])
    assert lists.see([playing(10)], after=3_600) == [(STOP, "tv:film"), (START, "tv:film")]


@pytest.mark.parametrize("state", list(State)[:3])
def test_a_session_starts_in_the_state_it_is_found_in(state: State) -> None:
    lists = Lists()
    lists.see([playing(5, state=state)])
    assert lists.told[0].state is state


# --- what holds whatever the lists are --------------------------------------------------------


def listed_as(key: str, state: State, seconds: int, stream_type: str) -> LiveSession:
    attributes = {"content_id": key, "content_type": "movie", "stream_type": stream_type}
    return live(key, state=state, position=timedelta(seconds=seconds), attributes=attributes)


entries = st.builds(
    listed_as,
    st.sampled_from(["a:1", "a:2", "b:1", "c:3"]),
    st.sampled_from([State.PLAYING, State.PAUSED, State.BUFFERING]),
    st.integers(0, 7_200),
    st.sampled_from(["direct_play", "transcode"]),
)
days = st.lists(
    st.tuples(
        st.lists(entries, max_size=4),
        st.sampled_from([0.0, 2.0, 2.0, 2.0, 10.0, 60.0, 900.0, 20_000.0]),
    ),
    max_size=12,
)


def of_key(told: Iterable[Playback], key: str) -> list[Playback]:
    return [playback for playback in told if playback.session_key == key]


@given(days)
def test_every_session_starts_once_before_all_else_and_nothing_follows_its_stop(
    day: list[tuple[list[LiveSession], float]],
) -> None:
    lists = Lists()
    for listed, after in day:
        lists.see(listed, after)
    for key in {playback.session_key for playback in lists.told}:
        is_open = False
        for playback in of_key(lists.told, key):
            assert (playback.kind is START) != is_open
            is_open = playback.kind is not STOP


@given(days)
def test_the_times_of_a_session_never_go_back_but_for_a_ghosts_end(
    day: list[tuple[list[LiveSession], float]],
) -> None:
    lists = Lists()
    for listed, after in day:
        lists.see(listed, after)
    for playback in lists.told:
        assert playback.at is not None
        assert playback.at <= lists.at
    starts = [p.at for p in lists.told if p.kind is START]
    assert starts == sorted(starts, key=lambda at: at or NOON)


@given(days)
def test_the_same_list_again_at_once_tells_nothing_new(
    day: list[tuple[list[LiveSession], float]],
) -> None:
    lists = Lists()
    for listed, after in day:
        lists.see(listed, after)
        assert [kind for kind, _ in lists.see(listed, after=0) if kind is not STOP] == []


@given(days)
def test_all_is_over_some_time_after_the_last_that_was_listed(
    day: list[tuple[list[LiveSession], float]],
) -> None:
    lists = Lists()
    for listed, after in day:
        lists.see(listed, after)
    for _ in range(30):
        lists.see([], after=2)
    assert dict(lists.watch.sessions) == {}
    kinds = [playback.kind for playback in lists.told]
    assert kinds.count(START) == kinds.count(STOP)


@given(st.lists(st.tuples(entries, st.booleans()), max_size=20))
def test_a_session_that_is_in_every_other_list_at_least_never_ends(
    seen: list[tuple[LiveSession, bool]],
) -> None:
    lists = Lists()
    one = live("x:9", position=None)
    lists.see([one])
    for other, is_missed in seen:
        lists.see([other, *([] if is_missed else [one])])
        lists.see([one])
    assert STOP not in [playback.kind for playback in of_key(lists.told, "x:9")]


@given(days)
def test_what_is_known_survives_being_written_down(
    day: list[tuple[list[LiveSession], float]],
) -> None:
    lists = Lists()
    for listed, after in day:
        lists.see(listed, after)
        assert recalled(json.loads(json_text(remembered(lists.watch)))) == lists.watch


@pytest.mark.parametrize(
    "junk", [{}, {"sessions": {"a": {"player": 1}}}, {"sessions": []}, {"listed_at": "x"}]
)
def test_what_nobody_can_read_is_forgotten(junk: dict[str, Any]) -> None:
    assert recalled(junk) == Watch()
