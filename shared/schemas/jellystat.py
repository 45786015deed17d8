"""What readers of Jellystat are told."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.statistics.sums import Sums
from shared.schemas.streams import PlayedKind, kind_of


class ViewParameters(BaseModel):
    """Of what time."""

    model_config = ConfigDict(extra="forbid")

    days: Annotated[int, Field(ge=1, le=3_650)] = 30


class Views(BaseModel):
    """Plays by kind."""

    audio: int = Field(serialization_alias="Audio")
    movie: int = Field(serialization_alias="Movie")
    series: int = Field(serialization_alias="Series")
    other: int = Field(serialization_alias="Other")


def views_of(sums: Mapping[str | None, Sums]) -> Views:
    """Return plays by kind."""
    plays = dict.fromkeys(PlayedKind, 0)
    for content_type, each in sums.items():
        plays[kind_of(content_type or "")] += each.plays
    return Views(
        audio=plays[PlayedKind.TRACK],
        movie=plays[PlayedKind.MOVIE],
        series=plays[PlayedKind.EPISODE],
        other=plays[PlayedKind.LIVE] + plays[PlayedKind.UNKNOWN],
    )
