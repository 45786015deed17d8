"""Networks as operators describe them, and as answers show them."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.domain.network import (
    NetworkClass,
    NetworkKind,
    mask_address,
)
from shared.domain.place import DEFAULT_ACCURACY_RADIUS_KM, Place
from shared.schemas.cases import without_addresses
from shared.schemas.moments import Instant
from shared.schemas.sessions import PlaceView, place_of_row, shown_address
from shared.schemas.stream_filters import Country
from shared.schemas.text import NetworkText, NotBlank, Remark

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]

# Half the way around the earth holds every place.
WIDEST_RADIUS_KM = 20_038
_HIGHEST_ASN = 2**32 - 1


class PositionGiven(BaseModel):
    """Where something is, as an operator knows it; what is left out is unknown."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    country: Country | None = Field(default=None, description="ISO 3166-1 alpha-2.")
    region: NotBlank | None = None
    city: NotBlank | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    accuracy_radius_km: Annotated[float, Field(ge=0, le=WIDEST_RADIUS_KM, allow_inf_nan=False)] = (
        Field(
            default=DEFAULT_ACCURACY_RADIUS_KM,
            description="From 500 on, and without a city, it is good for a country only.",
        )
    )

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together: give both, or neither")
        if self.country is None and self.latitude is None:
            raise ValueError("country or latitude and longitude are needed: it is nowhere")
        return self

    def place(self) -> Place:
        """Return it as the domain knows it."""
        return Place(**self.model_dump())


class PlaceGiven(PositionGiven):
    """The place of a network, with whose network it is."""

    continent: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    postal_code: NotBlank | None = None
    asn: Annotated[int, Field(ge=1, le=_HIGHEST_ASN)] | None = Field(
        default=None, description="In place of the provider's, where that is wrong too."
    )
    organisation: NotBlank | None = None


class Pinning(BaseModel):
    """How a network is to be pinned anew."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{}, {"place": {"country": "SE", "city": "Lund"}}]},
    )

    place: PlaceGiven | None = Field(
        default=None, description="Where it is; looked up in the databases, if absent."
    )
    kind: NetworkKind | None = Field(default=None, description="Likewise.")


class NetworkView(BaseModel):
    """A network that a person was seen on, and where it is pinned for them."""

    network_key: str = Field(description="Masked unless the caller may see addresses.")
    address: str = Field(description="Likewise.")
    place: PlaceView
    trusted: bool = Field(description="Whether what begins on it now is evidence of nothing.")
    override_id: UUID | None = Field(description="The override that says so in the pin's place.")
    pinned_at: datetime
    last_seen_at: datetime


class DeviceView(BaseModel):
    """A device of a person."""

    device_id: str
    name: str | None
    type: str | None
    client: str | None
    trusted: bool = Field(description="Whether what begins on it now is evidence of nothing.")
    first_seen_at: datetime
    last_seen_at: datetime


class _OverrideFields(BaseModel):
    """What can be said of a network."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "network": "81.2.69.0/24",
                    "kind": "residential",
                    "place": {
                        "country": "GB",
                        "city": "London",
                        "latitude": 51.5,
                        "longitude": -0.12,
                        "accuracy_radius_km": 10,
                    },
                    "note": "The database has it in Leeds.",
                }
            ]
        },
    )

    network_class: Literal["local", "overlay", "public"] | None = None
    kind: NetworkKind | None = None
    place: PlaceGiven | None = None
    expires_at: Instant | None = Field(default=None, description="Absent: never.")
    note: Remark | None = None

    def says_nothing(self) -> bool:
        """Whether it corrects nothing."""
        return self.network_class is None and self.kind is None and self.place is None


class NewOverride(_OverrideFields):
    """A network, with what it is whatever databases say."""

    network: NetworkText = Field(description="In CIDR notation, or an address of it.")


class OverrideChange(_OverrideFields):
    """What is to be changed; what is left out stays as it is, and null takes it away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "residential"}]})


class OverrideView(BaseModel):
    """A correction of a network. Of several that hold an address the longest prefix wins."""

    id: UUID
    network: str = Field(description="Masked unless the caller may see addresses.")
    network_class: NetworkClass | None
    kind: NetworkKind | None
    place: dict[str, Any] | None
    expires_at: datetime | None
    note: str | None
    created_by: str
    created_at: datetime
    updated_at: datetime


def network_view(row: Mapping[str, Any], *, shows_addresses: bool) -> NetworkView:
    """Return a row of ``located_networks``, with whether it is trusted, as the caller may see it."""
    shown = {name: row[name] for name in NetworkView.model_fields if name in row}
    for name in ("network_key", "address"):
        shown[name] = shown_address(row[name], shows_addresses=shows_addresses)
    named = {"network_kind": row["kind"]}
    shown["place"] = place_of_row({**row, **named}, shows_addresses=shows_addresses)
    return NetworkView.model_validate(shown)


def override_view(row: Mapping[str, Any], *, shows_addresses: bool) -> OverrideView:
    """Return a row of ``list_overrides`` as the caller may see it."""
    place = place_of_override(row)
    said = {name: row[name] for name in OverrideView.model_fields if name in row}
    shown = said | {"network": str(row["network"]), "place": place and asdict(place)}
    if not shows_addresses:
        shown = without_addresses(shown) | {"network": mask_address(str(row["network"]))}
    return OverrideView.model_validate(shown)


def place_of_override(row: Mapping[str, Any]) -> Place | None:
    """Return the place that a row of ``list_overrides`` gives, if it gives one."""
    if not row["places"]:
        return None
    return PlaceGiven.model_validate({name: row[name] for name in PlaceGiven.model_fields}).place()
