"""Servers of each kind, all with the same people and works."""

from collections.abc import Callable
from dataclasses import replace

from tests.servers.machine import Machine
from tests.servers.mediabrowser import EmbyMachine, JellyfinMachine
from tests.servers.plex import PlexMachine
from tests.servers.world import (
    ADA,
    ALBUM,
    ARTIST,
    BO,
    FILM,
    PILOT,
    SEASON,
    SECOND,
    SHOW,
    TRACK,
    Shelf,
)

KINDS = ("plex", "jellyfin", "emby")

ADA_ELSEWHERE = replace(ADA, id="6d23c30c5e9d4ec6a66db6b05b63e516")
BO_ELSEWHERE = replace(BO, id="7d23c30c5e9d4ec6a66db6b05b63e517")

_MADE: dict[str, Callable[[], Machine]] = {
    "plex": lambda: PlexMachine("9d1c5f7b2e604a8f93a6c0d4e8b1275f6a3c9d10", "Cellar"),
    "jellyfin": lambda: JellyfinMachine("6c41d884a9c1490f8fd0863e04d75a69", "Attic"),
    "emby": lambda: EmbyMachine("2965b319f8a849ebb156e4ea01e9a5c5", "Loft"),
}


def machine(kind: str) -> Machine:
    made = _MADE[kind]()
    made.viewers = [ADA, BO] if kind == "plex" else [ADA_ELSEWHERE, BO_ELSEWHERE]
    made.shelves = [
        Shelf("1", "Films", "movie", [FILM]),
        Shelf("2", "Shows", "show", [SHOW, SEASON, PILOT, SECOND]),
        Shelf("3", "Music", "artist", [ARTIST, ALBUM, TRACK]),
    ]
    return made
