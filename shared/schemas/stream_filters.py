"""Which sessions count, by lists of values: the same of statistics and of histories."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from shared.domain.rules.countries import is_country
from shared.domain.statistics.question import Filter
from shared.schemas.session_events import ContentType
from shared.schemas.text import Text, Word

MOST_VALUES = 100


def _country(code: str) -> str:
    if not is_country(code):
        raise ValueError("is no ISO 3166-1 alpha-2 code")
    return code


def _upper(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


_Many = Field(max_length=MOST_VALUES)
Country = Annotated[str, BeforeValidator(_upper), AfterValidator(_country)]
StreamType = Literal["direct_play", "direct_stream", "transcode", "unknown"]


class StreamFilters(BaseModel):
    """Which sessions count, but for whose: each list up to 100 values, those given hold together."""

    model_config = ConfigDict(extra="forbid")

    servers: Annotated[list[Word], _Many] = []
    libraries: Annotated[list[Word], _Many] = []
    content_types: Annotated[list[ContentType], _Many] = []
    devices: Annotated[list[Text], _Many] = []
    device_types: Annotated[list[Text], _Many] = []
    clients: Annotated[list[Text], _Many] = []
    platforms: Annotated[list[Text], _Many] = []
    stream_types: Annotated[list[StreamType], _Many] = []
    locations: Annotated[list[Literal["lan", "wan", "unknown"]], _Many] = []
    countries: Annotated[list[Country], _Many] = []

    def filter(self, *, adult: bool) -> Filter:
        """Return which sessions count."""
        return Filter(
            servers=tuple(self.servers),
            libraries=tuple(self.libraries),
            content_types=tuple(self.content_types),
            devices=tuple(self.devices),
            device_types=tuple(self.device_types),
            clients=tuple(self.clients),
            platforms=tuple(self.platforms),
            stream_types=tuple(self.stream_types),
            locations=tuple(self.locations),
            countries=tuple(self.countries),
            adult=adult,
        )


class Filters(StreamFilters):
    """Which sessions count, and whose."""

    users: Annotated[list[UUID], _Many] = []
    groups: Annotated[list[Text], _Many] = []

    def filter(self, *, adult: bool) -> Filter:
        """Return which sessions count."""
        users, groups = tuple(self.users), tuple(self.groups)
        return replace(super().filter(adult=adult), users=users, groups=groups)
