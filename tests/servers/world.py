"""What a household's servers hold and play, told in no server's words."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

Kind = Literal[
    "movie", "show", "season", "episode", "artist", "album", "track", "collection", "photo", "book"
]


@dataclass(frozen=True)
class Viewer:
    id: str
    name: str
    email: str = ""


@dataclass(frozen=True)
class Work:
    id: str
    kind: Kind
    title: str
    seconds: int = 0
    parent: "Work | None" = None
    number: int = 1
    added_at: int = 1_700_000_000
    changed_at: int = 1_700_000_000
    path: str | None = None
    size: int = 4_000_000_000
    tags: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()

    @property
    def top(self) -> "Work":
        return self if self.parent is None else self.parent.top

    @property
    def is_playable(self) -> bool:
        return self.kind in ("movie", "episode", "track")


@dataclass(frozen=True)
class Player:
    """Somebody's player with what it plays."""

    viewer: Viewer
    device: str
    work: Work
    session: str = "s1"
    address: str = "81.2.69.160"
    state: Literal["playing", "paused", "buffering"] = "playing"
    seconds: int = 0
    transcodes: bool = False
    is_local: bool = False
    silent_seconds: float = 0
    more: dict[str, Any] = field(default_factory=dict[str, Any])

    def at(self, seconds: int, **changed: Any) -> "Player":
        return replace(self, seconds=seconds, **changed)


@dataclass(frozen=True)
class Memory:
    """What a server remembers: who saw what, and when."""

    viewer: Viewer
    work: Work
    at: datetime


@dataclass
class Shelf:
    """A library of a server."""

    id: str
    name: str
    kind: Literal["movie", "show", "artist", "collection", "photo", "book"]
    works: list[Work] = field(default_factory=list[Work])


FILM = Work(
    "20461",
    "movie",
    "The Third Harbour",
    6_912,
    path="/films/harbour.mkv",
    tags=("Quays",),
    genres=("Drama", "Sea"),
)
SHOW = Work("300", "show", "Quay Ø9")
SEASON = Work("301", "season", "Season 1", parent=SHOW)
PILOT = Work("302", "episode", 'The "Lock"', 2_851, SEASON, 1, path="/shows/q/1.mkv")
SECOND = Work("303", "episode", "The Key", 2_790, SEASON, 2, path="/shows/q/2.mkv")
ARTIST = Work("400", "artist", "Nina Holm")
ALBUM = Work("401", "album", "Tides", parent=ARTIST)
TRACK = Work("402", "track", "Ebb", 214, ALBUM, 3, path="/music/ebb.flac", size=30_000_000)

ADA = Viewer("1", "ada", "ada@example.org")
BO = Viewer("31337", "bo")
