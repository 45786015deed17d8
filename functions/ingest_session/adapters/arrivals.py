"""From what an adapter read to what is recorded."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from functions.ingest_session.adapters.playback import Playback
from shared.domain.identifiers import derived_id
from shared.domain.network import Address, NetworkClass, classify, network_key, parse_address
from shared.domain.session import NetworkAddress, SessionEvent
from shared.servers.values import identifier
from shared.services.ingest import Arrival
from shared.settings import Settings


def to_arrival(
    playback: Playback,
    kind: str,
    settings: Settings,
    now: datetime,
    *,
    own_addresses: Collection[Address],
) -> Arrival:
    """Return the event with its address. Without a time of its own it happened when it came.

    Args:
        playback: what a media server said.
        kind: of what kind the server is; it is part of the source, so that no two ever mix.
        settings: how long a home's IPv6 prefix is.
        now: when it came.
        own_addresses: the media servers' own public ones.
    """
    address = parse_address(playback.address)
    user_id = derived_id(playback.server_id, "user", playback.account_id)
    at = playback.at or now
    return Arrival(
        event=SessionEvent(
            kind=playback.kind,
            at=at.replace(microsecond=at.microsecond // 1000 * 1000),
            state=playback.state,
            progress=playback.position,
            network=_network(address, settings.analytics_ipv6_prefix_length),
            attributes=_attributes(playback, classify(address, own_addresses)),
        ),
        key=(f"{kind}:{playback.server_id}", identifier(playback.session_key) or ""),
        user_id=user_id,
        user_name=playback.account_name,
        account_id=playback.account_id,
    )


def _network(address: Address | None, ipv6_prefix: int) -> NetworkAddress | None:
    if address is None:
        return None
    return NetworkAddress(str(address), network_key(address, ipv6_prefix))


def _attributes(playback: Playback, network_class: NetworkClass) -> Mapping[str, Any]:
    """Return the attributes with the location, unless they hold one, or say nothing at all."""
    location = _location(network_class, said_local=playback.said_local)
    if not playback.attributes or "location" in playback.attributes or location is None:
        return playback.attributes
    return {**playback.attributes, "location": location}


def _location(network_class: NetworkClass, *, said_local: bool | None) -> str | None:
    """Return lan or wan, by the server's word unless the address contradicts it.

    A public address does not contradict "local": Plex gives the home's own. A local one does
    contradict "remote": it is then a proxy's.
    """
    match network_class, said_local:
        case (NetworkClass.LOCAL, False) | (NetworkClass.OVERLAY | NetworkClass.UNKNOWN, None):
            return None
        case (_, True) | (NetworkClass.LOCAL, None):
            return "lan"
        case _:
            return "wan"
