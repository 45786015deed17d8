"""Households, sharing scores and linked accounts as they are kept, and as answers show them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.households import Household, HouseholdClass
from shared.domain.linked_accounts import Link, LinkKind
from shared.domain.network import Network, NetworkClass, NetworkKind, mask_address
from shared.domain.place import Place
from shared.domain.sharing_score import Kind

# More is of no use on a screen, and a browser may give itself a new id each day.
_SHOWN_DEVICES = 50

WORDS = Literal["home", "second_home", "work", "travelling", "stranger"]


class PlaceOfHousehold(BaseModel):
    """Where a household is, as far as its networks tell."""

    model_config = ConfigDict(from_attributes=True)

    country: str | None
    region: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    accuracy_radius_km: float
    organisation: str | None = Field(description="Who runs its network.")

    def veiled(self) -> Self:
        """Return it for those who may not see addresses: good for a town, not for a house."""
        latitude, longitude = (
            None if degrees is None else round(degrees, 1)
            for degrees in (self.latitude, self.longitude)
        )
        return self.model_copy(update={"latitude": latitude, "longitude": longitude})


class NetworkOfHousehold(BaseModel):
    """A network of a household."""

    network: str = Field(description="Its address or prefix; masked for who may not see these.")
    network_class: NetworkClass
    kind: NetworkKind


class DeviceOfHousehold(BaseModel):
    """A known device, as it was used in a household."""

    device_id: str
    name: str | None
    days: int
    played_seconds: int
    also_at_home: bool | None = Field(description="null for the home itself.")


class HouseholdView(BaseModel):
    """Networks that are one house, and what it is to the person."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    household_class: HouseholdClass = Field(
        alias="class",
        description="home, second_home, work, travelling, stranger, mobile (a carrier's network),"
        " anonymous (VPN and the like) or unknown.",
    )
    said: bool = Field(description="Its class is an operator's word.")
    reasons: list[str] = Field(description="Why it is what it is, as a person would say it.")
    place: PlaceOfHousehold | None
    sites: list[str] = Field(description="Provider and city of its networks, most used first.")
    networks: list[NetworkOfHousehold] = Field(description="At most 20, latest first.")
    devices: list[DeviceOfHousehold]
    days: int = Field(description="Days of presence in the past 90.")
    played_seconds: int
    first_seen_at: datetime
    last_seen_at: datetime
    distance_km: float | None = Field(
        description="Kilometres that certainly lie between it and the home."
    )
    days_apart: int = Field(
        description="Days on which it played at the same time as another household."
    )
    days_distant: int = Field(
        description="Other days on which it and the home, far away, were both in use."
    )

    def veiled(self) -> Self:
        """Return it for those who may not see addresses."""
        networks = [
            one.model_copy(update={"network": mask_address(one.network)}) for one in self.networks
        ]
        place = self.place and self.place.veiled()
        return self.model_copy(update={"networks": networks, "place": place})


class ContributionView(BaseModel):
    """Points of a sharing score, and what they are for."""

    model_config = ConfigDict(from_attributes=True)

    kind: Kind
    points: int = Field(description="Below 0: this explains some of the evidence.")
    text: str


class SharingScoreView(BaseModel):
    """How much speaks for a shared account, and what."""

    user_id: UUID
    user_name: str | None
    score: int = Field(ge=0, le=100, description="The sum of the contributions.")
    learned_at: datetime | None = Field(description="null: nothing was learned yet.")
    contributions: list[ContributionView]


class SharingScoreRow(SharingScoreView):
    """A line of the list of scores."""

    strangers: int = Field(description="Households that nothing ties to the home.")


class HouseholdsView(BaseModel):
    """Where a person's account lives."""

    user_id: UUID
    user_name: str | None
    score: int = Field(ge=0, le=100, description="The sharing score.")
    learned_at: datetime | None = Field(description="null: nothing was learned yet.")
    households: list[HouseholdView] = Field(description="The home first, then by days.")

    def veiled(self) -> Self:
        """Return it for those who may not see addresses."""
        return self.model_copy(update={"households": [one.veiled() for one in self.households]})


class HouseholdWord(BaseModel):
    """What a household is, by the word of somebody who knows."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"class": "second_home"}]}
    )

    said: WORDS = Field(alias="class")


class LinkedAccount(BaseModel):
    """One of two accounts."""

    user_id: UUID
    user_name: str | None


class LinkView(BaseModel):
    """Two accounts that share devices or a home. No violation by itself."""

    accounts: list[LinkedAccount] = Field(min_length=2, max_length=2)
    kind: LinkKind = Field(description="household: one home network; device: devices alone.")
    reason: str
    devices: list[str] = Field(description="Names of devices that both use, where known.")
    device_count: int
    network_count: int = Field(description="Home networks that both were on at the same time.")
    days: int = Field(description="How long, by days of use, of the one that shares less.")
    last_seen_at: datetime
    trusted: bool = Field(description="An operator says that these two belong together.")


def household_view(one: Household) -> HouseholdView:
    """Return a household as it is kept, with everything."""
    presence, bond = one.presence, one.bond
    return HouseholdView.model_validate(
        {
            "id": one.id,
            "class": one.household_class,
            "said": one.said,
            "reasons": list(one.reasons),
            "place": _place(one.place),
            "sites": list(one.sites),
            "networks": [_network(network) for network in one.networks],
            "devices": _devices(one),
            "days": len(presence.days),
            "played_seconds": round(presence.played.total_seconds()),
            "first_seen_at": presence.first_at,
            "last_seen_at": presence.last_at,
            "distance_km": bond and bond.distance_km,
            "days_apart": len(bond.apart_days) if bond else 0,
            "days_distant": len(bond.distant_days) if bond else 0,
        }
    )


def households_view(row: Mapping[str, Any]) -> HouseholdsView:
    """Return a row of ``find_learned`` with its households."""
    return HouseholdsView.model_validate(row)


def score_view(row: Mapping[str, Any]) -> SharingScoreView:
    """Return a row of ``find_learned`` with what its score is made of."""
    return SharingScoreView.model_validate(row)


def link_view(link: Link, names: Mapping[UUID, str | None]) -> LinkView:
    """Return a link with the names of the two."""
    return LinkView(
        accounts=[
            LinkedAccount(user_id=user_id, user_name=names.get(user_id))
            for user_id in link.user_ids
        ],
        kind=link.kind,
        reason=link.reason,
        devices=list(link.devices),
        device_count=link.device_count,
        network_count=link.network_count,
        days=link.days,
        last_seen_at=link.last_seen_at,
        trusted=link.trusted,
    )


def _place(place: Place | None) -> PlaceOfHousehold | None:
    return None if place is None else PlaceOfHousehold.model_validate(place)


def _network(network: Network) -> NetworkOfHousehold:
    return NetworkOfHousehold(
        network=network.key or "", network_class=network.network_class, kind=network.kind
    )


def _devices(one: Household) -> list[DeviceOfHousehold]:
    """Return the devices, the most used first."""
    uses = sorted(one.presence.devices.values(), key=lambda use: (-use.played, use.device_id))
    return [
        DeviceOfHousehold(
            device_id=use.device_id,
            name=use.name,
            days=len(use.days),
            played_seconds=round(use.played.total_seconds()),
            also_at_home=use.device_id in one.bond.shared_devices if one.bond else None,
        )
        for use in uses[:_SHOWN_DEVICES]
    ]
