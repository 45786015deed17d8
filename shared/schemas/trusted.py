"""Trusted entries as they are asked for and shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from shared.domain.network import mask_address
from shared.domain.trusted import (
    Trusted,
    TrustedDevice,
    TrustedKind,
    TrustedNetwork,
    TrustedPair,
    TrustedPlace,
    TrustedUser,
)
from shared.schemas.cases import without_addresses
from shared.schemas.moments import Instant
from shared.schemas.networks import WIDEST_RADIUS_KM, Latitude, Longitude
from shared.schemas.text import NetworkText, NotBlank, Remark

_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


class DeviceInput(BaseModel):
    """A device, wherever it is."""

    model_config = _STRICT

    kind: Literal["device"]
    device_id: NotBlank

    def trusted(self) -> Trusted:
        """Return it as the domain knows it."""
        return TrustedDevice(self.device_id)


class NetworkInput(BaseModel):
    """A network, whatever plays on it."""

    model_config = _STRICT

    kind: Literal["network"]
    network: NetworkText = Field(description="In CIDR notation, or an address of it.")

    def trusted(self) -> Trusted:
        """Return it as the domain knows it."""
        return TrustedNetwork(self.network)


class PlaceInput(BaseModel):
    """Every network of known position around a point."""

    model_config = _STRICT

    kind: Literal["place"]
    latitude: Latitude
    longitude: Longitude
    radius_km: Annotated[float, Field(gt=0, le=WIDEST_RADIUS_KM, allow_inf_nan=False)]

    def trusted(self) -> Trusted:
        """Return it as the domain knows it."""
        return TrustedPlace(self.latitude, self.longitude, self.radius_km)


class UserInput(BaseModel):
    """The user, in all they do."""

    model_config = _STRICT

    kind: Literal["user"]

    def trusted(self) -> Trusted:
        """Return it as the domain knows it."""
        return TrustedUser()


class PairInput(BaseModel):
    """The user and another one, who may share devices and networks with each other."""

    model_config = _STRICT

    kind: Literal["pair"]
    other_user_id: UUID

    def trusted(self) -> Trusted:
        """Return it as the domain knows it."""
        return TrustedPair(self.other_user_id)


WhatInput = Annotated[
    DeviceInput | NetworkInput | PlaceInput | UserInput | PairInput, Field(discriminator="kind")
]


class NewTrustedEntry(BaseModel):
    """Something to be trusted."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "what": {"kind": "network", "network": "81.2.69.0/24"},
                    "user_id": "01980000-0000-7000-8000-000000000001",
                    "expires_at": "2026-12-31T23:59:59Z",
                    "note": "Her new flat.",
                }
            ]
        },
    )

    what: WhatInput
    user_id: UUID | None = Field(
        default=None, description="For whom; everybody if absent. A user and a pair need it."
    )
    expires_at: Instant | None = Field(
        default=None, description="What begins from then on is judged as ever; absent: never."
    )
    note: Remark | None = None

    @model_validator(mode="after")
    def _names_its_user(self) -> Self:
        if isinstance(self.what, UserInput | PairInput) and self.user_id is None:
            raise ValueError("user_id is needed: a user and a pair are trusted by name")
        if isinstance(self.what, PairInput) and self.what.other_user_id == self.user_id:
            raise ValueError("other_user_id is user_id: a pair takes two")
        return self


class TrustedEntryChange(BaseModel):
    """What may be changed of an entry; what is left out stays as it is."""

    model_config = _STRICT | {
        "json_schema_extra": {"examples": [{"expires_at": "2027-12-31T00:00:00Z"}]}
    }

    expires_at: Instant | None = Field(default=None, description="null: never.")
    note: Remark | None = None


class TrustFromCase(BaseModel):
    """What of a violation's evidence is fine."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"what": "place", "note": "The holiday flat."}]},
    )

    what: Literal["device", "network", "place", "user"]
    session_id: UUID | None = Field(
        default=None,
        description="Of which session in the evidence; the latest, if absent.",
    )
    radius_km: Annotated[float, Field(gt=0, le=WIDEST_RADIUS_KM, allow_inf_nan=False)] | None = (
        Field(default=None, description="Around a place; its accuracy radius, if absent.")
    )
    for_everybody: StrictBool = False
    expires_at: Instant | None = None
    note: Remark | None = None
    dismiss: StrictBool = Field(
        default=False, description="Close the violation as a false alarm too."
    )

    @model_validator(mode="after")
    def _is_one_users(self) -> Self:
        if self.what == "user" and self.for_everybody:
            raise ValueError("for_everybody does not go with a user")
        return self


class WhatView(BaseModel):
    """What is trusted; which of the fields are set depends on its kind."""

    kind: TrustedKind
    device_id: str | None
    network: str | None = Field(description="Masked unless the caller may see addresses.")
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    other_user_id: UUID | None


class TrustedEntryView(BaseModel):
    """A trusted entry."""

    id: UUID
    what: WhatView
    user_id: UUID | None = Field(description="For whom; null is everybody.")
    user_name: str | None
    other_user_name: str | None = Field(description="Of a pair, what the other one is called.")
    expires_at: datetime | None
    in_force: bool
    note: str | None
    case_id: UUID | None = Field(description="The violation that gave cause to it.")
    created_by: str
    created_at: datetime


class SilencedView(BaseModel):
    """A violation of which something would not stand."""

    id: UUID
    user_id: UUID
    user_name: str | None
    rule_name: str
    state: str
    vanishes: bool = Field(description="Nothing would be left of it.")
    occurrences: int = Field(description="How many findings it holds.")
    silenced: int = Field(description="How many of these would not have been made.")
    sentences: list[str] = Field(description="Their reasons, the latest first.")


class TrustPreview(BaseModel):
    """What an entry would have silenced, had it been there all along."""

    since: datetime
    users: int = Field(description="People whose violations were looked at again.")
    is_complete: bool = Field(description="Everybody concerned was looked at.")
    data: list[SilencedView]


def trusted_entry_view(row: Mapping[str, Any], *, shows_addresses: bool) -> TrustedEntryView:
    """Return a row of ``list_entries`` as the caller may see it."""
    what = {name: row[name] for name in WhatView.model_fields}
    if row["network"] is not None:
        what["network"] = str(row["network"])
    if not shows_addresses:
        masked = what["network"] and mask_address(what["network"])
        what = without_addresses(what) | {"network": masked}
    shown = {name: row[name] for name in TrustedEntryView.model_fields if name in row}
    return TrustedEntryView.model_validate(shown | {"what": what})
