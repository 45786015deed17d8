"""Media servers that we ask, as they are given and shown. Their secrets are never shown again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    TypeAdapter,
    model_validator,
)

from shared.domain.place import Place
from shared.domain.servers import ServerError, base_url
from shared.schemas.endpoints import STRICT, Endpoint, Name, SignedEndpoint
from shared.schemas.networks import PositionGiven
from shared.schemas.text import Word

ServerKind = Literal["revenge", "plex", "jellyfin", "emby"]
Token = Annotated[SecretStr, Field(min_length=1, max_length=500)]


class PlaybackServiceConfig(SignedEndpoint):
    """The control endpoint of a playback service (docs/playback-control.md)."""

    kind: Literal["revenge"]


class DirectConfig(Endpoint):
    """A server that is asked by its own API: where it is, and a token of it."""

    kind: Literal["plex", "jellyfin", "emby"]
    token: Token | None = Field(
        default=None, description="An X-Plex-Token of Plex's owner; else an API key of the server."
    )
    verify_tls: StrictBool = Field(
        default=True, description="false takes any certificate, of this server alone."
    )

    @model_validator(mode="after")
    def _is_an_address(self) -> Self:
        try:
            base_url(self.url.get_secret_value())
        except ServerError as error:
            raise ValueError(error.sentence) from None
        return self

    def trusts_others_than(self, before: Self) -> bool:
        """Say whether its token may reach somebody who could never see the one before."""
        is_laxer = before.verify_tls and not self.verify_tls
        return is_laxer or _origin(self) != _origin(before)


def _origin(config: Endpoint) -> tuple[str, str]:
    """Return the scheme, and the host with its port, in one spelling."""
    parts = urlsplit(base_url(config.url.get_secret_value()))
    return parts.scheme, parts.netloc


AnyServerConfig = PlaybackServiceConfig | DirectConfig
ServerConfig = Annotated[AnyServerConfig, Field(discriminator="kind")]
SERVER_CONFIG: TypeAdapter[AnyServerConfig] = TypeAdapter(ServerConfig, config=STRICT)

Source = Annotated[
    Word,
    Field(
        description="Whose sessions it answers for: their `source`. A playback service's is"
        " `revenge` if left out; others say theirs when they are tried out."
    ),
]


GivenPlace = Annotated[
    PositionGiven,
    Field(
        description="Where the server is, and so who plays on its LAN. It beats the place of its"
        " public address; null leaves it to that again."
    ),
]


class NewMediaServer(BaseModel):
    """A media server to be asked."""

    model_config = STRICT | ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Plex at home",
                    "config": {
                        "kind": "plex",
                        "url": "http://192.168.1.4:32400",
                        "token": "your token",
                        "allow_private_network": True,
                    },
                }
            ]
        }
    )

    name: Name
    source: Source | None = None
    config: ServerConfig
    enabled: StrictBool = True
    place: GivenPlace | None = None


class MediaServerChange(BaseModel):
    """What is to be changed; what is left out stays.

    A config is given whole, but a secret or token that is left out stays. A token has to be given
    again with another scheme, host or port, and where certificates are no longer verified. A place
    is given whole.
    """

    model_config = STRICT | ConfigDict(
        json_schema_extra={
            "examples": [
                {"place": {"country": "SE", "city": "Lund", "latitude": 55.7, "longitude": 13.2}},
                {"place": None},
            ]
        }
    )

    name: Name | None = None
    source: Source | None = None
    config: ServerConfig | None = None
    enabled: StrictBool | None = None
    place: GivenPlace | None = None


class ServerPlace(BaseModel):
    """Where a media server is."""

    known: Literal["by hand", "by its public address"]

    country: str | None = Field(description="ISO 3166-1 alpha-2.")
    region: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    accuracy_radius_km: float | None
    seen_at: datetime | None = Field(
        description="When its players last told that; null of a place by hand."
    )


class MediaServerView(BaseModel):
    """A media server as it is shown."""

    id: UUID
    name: str
    kind: ServerKind
    source: str | None = Field(description="Whose sessions it answers for; null until it says so.")
    host: str | None = Field(description="Where it is; null if that cannot be decrypted.")
    enabled: bool
    disabled_reason: str | None = Field(description="Why it was disabled, if it was not by hand.")
    works: bool | None = Field(description="Whether it answers as it should; null until tried.")
    verdict: str | None = Field(description="What came of the last trial, in words.")
    checked_at: datetime | None
    place: ServerPlace | None = Field(
        description="Where it is, and so who plays on its LAN; null until somebody says so, or"
        " its players tell of its public address."
    )
    is_being_tried: bool = Field(description="A trial is under way; ask again in a moment.")
    created_at: datetime
    updated_at: datetime


class CreatedMediaServer(MediaServerView):
    """A media server that has just been added."""

    secret: str | None = Field(
        description="The signing secret, if it was made here. It is never shown again."
    )


def media_server_view(
    row: Mapping[str, Any], host: str | None, place: Place | None
) -> MediaServerView:
    """Return a row of ``list_servers``, and where it is, as answers show it."""
    names = MediaServerView.model_fields.keys() - {"place"}
    shown = {name: row[name] for name in names if name in row}
    return MediaServerView(
        **shown,
        host=host,
        place=None if place is None else _server_place(place, row),
        is_being_tried=row["check_due_at"] is not None,
    )


def _server_place(place: Place, row: Mapping[str, Any]) -> ServerPlace:
    by_hand = row["place"] is not None
    is_located = place.latitude is not None
    return ServerPlace(
        known="by hand" if by_hand else "by its public address",
        country=place.country,
        region=place.region,
        city=place.city,
        latitude=place.latitude,
        longitude=place.longitude,
        # A radius without a position says nothing.
        accuracy_radius_km=place.accuracy_radius_km if is_located else None,
        seen_at=None if by_hand else row["public_address_at"],
    )
