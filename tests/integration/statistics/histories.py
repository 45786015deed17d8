"""Random histories: what people played, and all that becomes of it later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from shared.domain.identifiers import new_id
from shared.domain.network import Network, NetworkClass
from shared.domain.place import Place
from shared.domain.record import Record, open_record, record
from shared.domain.session import (
    Attributes,
    EventKind,
    NetworkAddress,
    Session,
    SessionEvent,
    State,
)

# The nights in which clocks go forward and back in Europe and in America, and a year's end.
NIGHTS = (
    datetime(2026, 3, 28, 12, tzinfo=UTC),
    datetime(2026, 10, 24, 12, tzinfo=UTC),
    datetime(2026, 11, 1, 0, tzinfo=UTC),
    datetime(2025, 12, 31, 6, tzinfo=UTC),
)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "CET",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
)
MINUTE = timedelta(minutes=1)
PEOPLE = tuple(UUID(int=(7 << 76) + number) for number in range(1, 4))

HOME = Network("10.0.0.1", NetworkClass.LOCAL, address="10.0.0.1")
AWAY = Network(
    "81.2.69.160",
    NetworkClass.PUBLIC,
    place=Place(country="GB", city="London", latitude=51.5, longitude=-0.1),
    address="81.2.69.160",
)
NETWORKS = (HOME, AWAY)


@dataclass(frozen=True)
class Visit:
    """One session, in minutes from the beginning of its night."""

    user: UUID
    item: str
    content_type: str
    begins: int
    resumes: int
    steps: tuple[tuple[int, State], ...]
    stream_type: str | None
    network: Network | None
    ends: bool
    said: dict[str, Any]


_SAID: dict[str, st.SearchStrategy[Any]] = {
    "duration_ms": st.sampled_from([20_000, 3_600_000, 7_200_000]),
    "completed": st.booleans(),
    "bitrate_kbps": st.sampled_from([900, 18_000, 2**31 - 1]),
    "bandwidth_kbps": st.just(20_000),
    "library_id": st.sampled_from(["films", "shows"]),
    "server_id": st.sampled_from(["attic", "cellar"]),
    "platform": st.sampled_from(["Android", "tvOS"]),
    "title": st.sampled_from(["A film", "A film (1999)"]),
    "client_name": st.sampled_from(["Revenge TV", "Revenge Web"]),
    "device_id": st.sampled_from(["tv-1", "phone"]),
    "video_codec": st.sampled_from(["hevc", "h264"]),
    "video_dynamic_range": st.just("hdr10"),
    "audio_channels": st.sampled_from([2, 6]),
}
_GROUPS: dict[str, st.SearchStrategy[Any]] = {
    "show_id": st.sampled_from(["s1", "s2"]),
    "season_number": st.sampled_from([1, 2]),
    "artist": st.sampled_from(["An artist", "Another", 1_000 * "é", 1_000 * "é" + "s"]),
    "album_artist": st.just("Several"),
    "album": st.sampled_from(["An album", "Another"]),
    "channel_id": st.sampled_from(["c1", "c2"]),
    "show_title": st.sampled_from(["A show", "A show (1999)"]),
    "channel_title": st.sampled_from(["One", "One HD"]),
}


def _visits(**said: st.SearchStrategy[Any]) -> st.SearchStrategy[Visit]:
    return st.builds(
        Visit,
        user=st.sampled_from(PEOPLE),
        item=st.sampled_from(["a", "b"]),
        content_type=st.sampled_from(["movie", "tvshow_episode", "music_track", "livetv_program"]),
        begins=st.integers(0, 60 * 60),
        resumes=st.integers(0, 90),
        steps=st.lists(
            st.tuples(
                st.one_of(st.integers(0, 90), st.integers(90, 1_800)),
                st.sampled_from([State.PLAYING, State.PAUSED, State.BUFFERING]),
            ),
            min_size=1,
            max_size=5,
        ).map(tuple),
        stream_type=st.sampled_from([None, "direct_play", "transcode"]),
        network=st.sampled_from([None, *NETWORKS]),
        ends=st.booleans(),
        said=st.fixed_dictionaries({}, optional=said),
    )


visits = _visits(**_SAID)
# Of items that are part of shows, albums and channels.
grouped_visits = _visits(**_SAID, **_GROUPS)


def episode(
    user: UUID,
    number: int,
    half_hour: int,
    ends: bool = True,  # noqa: FBT001, FBT002  (a strategy gives it)
    said: Attributes | None = None,
) -> Visit:
    """Return the 20 minutes for which somebody watched an episode."""
    named = {"show_id": "s1", "season_number": 1, "episode_number": number}
    return Visit(
        user=user,
        item="abc"[number - 1],
        content_type="tvshow_episode",
        begins=30 * half_hour,
        resumes=0,
        steps=((20, State.PLAYING),),
        stream_type=None,
        network=None,
        ends=ends,
        said={**named, **(said or {})},
    )


IN_A_ROW = [episode(PEOPLE[0], number, number) for number in (1, 2, 3)]

_others = st.builds(
    episode,
    user=st.sampled_from(PEOPLE[:2]),
    number=st.integers(1, 3),
    half_hour=st.integers(0, 8),
    ends=st.booleans(),
    said=st.sampled_from([{}, {"show_id": "s2"}, {"episode_number": 7}, {"show_id": None}]),
)
# Three episodes in a row, and others before, between and after them that may be called otherwise, told
# in any order.
evenings = st.lists(_others, min_size=1, max_size=4).flatmap(
    lambda others: st.permutations([*IN_A_ROW, *others])
)


def played(night: datetime, visit: Visit) -> Record:
    """Return the session of a visit, folded from its events."""
    at = night + visit.begins * MINUTE
    blank = Session(new_id(at), visit.user, "test", f"{at}{id(visit)}", at, at, at)
    network = visit.network
    start = SessionEvent(
        EventKind.START,
        at,
        progress=visit.resumes * MINUTE,
        network=None
        if network is None or network.address is None or network.key is None
        else NetworkAddress(network.address, network.key),
        attributes={
            # An item is of one type, here as everywhere.
            "content_id": f"{visit.item}-{visit.content_type}",
            "content_type": visit.content_type,
            **({} if visit.stream_type is None else {"stream_type": visit.stream_type}),
            **visit.said,
        },
    )
    return _carried_on(open_record(blank, start), visit.steps, ends=visit.ends)


def carried_on(before: Record, steps: Iterable[tuple[int, State]], *, ends: bool) -> Record:
    """Return a session after more events; one that had ended stays as it was."""
    return _carried_on(before, steps, ends=ends)


def put_right(before: Record, item: str) -> Record:
    """Return a session after it was said to be of another item; one that had ended stays as it was."""
    return told(before, {"content_id": f"{item}-{before.session.attributes['content_type']}"})


def told(before: Record, said: Attributes) -> Record:
    """Return a session after something else was said of it; one that had ended stays as it was."""
    at = before.session.last_seen_at
    return record(before, SessionEvent(EventKind.PROGRESS, at, attributes=said), at)


def _carried_on(current: Record, steps: Iterable[tuple[int, State]], *, ends: bool) -> Record:
    at = current.session.last_seen_at
    progress = current.session.progress
    for minutes, state in steps:
        at += minutes * MINUTE
        progress += minutes * MINUTE if state is State.PLAYING else timedelta()
        event = SessionEvent(EventKind.PROGRESS, at, state=state, progress=progress)
        current = record(current, event, at)
    if ends:
        current = record(current, SessionEvent(EventKind.STOP, at + MINUTE / 4), at + MINUTE / 4)
    return current
