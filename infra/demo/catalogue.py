"""What there is to watch and to hear. Every title is invented."""

import re
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A film, an episode, a track or a channel.

    Attributes:
        length: None for live television, which has no end of its own.
        show: title of the series an episode belongs to.
    """

    content_type: str
    library: str
    title: str
    length: timedelta | None
    show: str | None = None
    season: int | None = None
    episode: int | None = None

    @property
    def content_id(self) -> str:
        """Return an id that is the same in every run."""
        number = "" if self.show is None else f"s{self.season}e{self.episode}"
        return slug(f"{self.library} {self.show or ''} {number} {self.title}")


def slug(text: str) -> str:
    """Return the text in lower case, with hyphens for all but letters and digits."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def film(title: str, minutes: int) -> Item:
    """Return a film."""
    return Item(
        content_type="movie", library="films", title=title, length=timedelta(minutes=minutes)
    )


def season(show: str, number: int, minutes: int, *titles: str) -> tuple[Item, ...]:
    """Return the episodes of a season."""
    return tuple(
        Item(
            content_type="tvshow_episode",
            library="series",
            title=title,
            length=timedelta(minutes=minutes),
            show=show,
            season=number,
            episode=episode,
        )
        for episode, title in enumerate(titles, start=1)
    )


def album(minutes: float, *titles: str) -> tuple[Item, ...]:
    """Return the tracks of an album."""
    length = timedelta(minutes=minutes)
    return tuple(
        Item(content_type="music_track", library="music", title=title, length=length)
        for title in titles
    )


def channel(name: str) -> Item:
    """Return a channel of live television."""
    return Item(content_type="livetv_program", library="television", title=name, length=None)


LANTERN_KEEPER = film("The Lantern Keeper of Orrin Bay", 118)
PAPER_ORBIT = film("Paper Orbit", 104)
SEVEN_WINTERS = film("Seven Winters of Ada Thorne", 131)
LITTLE_TUG = film("The Little Tug That Dreamed", 84)
GLASS_MERIDIAN = film("Glass Meridian", 126)

TIDEWRACK = season("Tidewrack", 1, 46, "Low Water", "The Pilot's Daughter", "Spring Tide")
OFFICE_OF_WEATHER = season(
    "Office of Weather", 2, 24, "Drizzle", "A Front Moves In", "Hailstones", "Clearing Later"
)
MOSS_AND_PEBBLE = season(
    "Moss and Pebble", 1, 12, "The Snail Race", "Puddle Day", "A Very Long Worm", "Goodnight, Pond"
)
CINDER_LINE = season("The Cinder Line", 3, 52, "Departures", "The Night Porter", "Terminus")

HARBOUR_LIGHTS = album(4.5, "Salt Roads", "Ferry Song", "Harbour Lights", "Gulls", "Ebb")

EVENING_NEWS = channel("Northlight News")
MATCH_NIGHT = channel("Halyard Sports")
