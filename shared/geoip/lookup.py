"""Where an address is, and what kind of network it stands in."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address

from shared.domain.network import NetworkKind
from shared.domain.place import Place
from shared.geoip.asn_lists import shipped_kinds
from shared.geoip.databases import DatabaseSet
from shared.geoip.readers import DatabaseState
from shared.geoip.records import Holder, anonymous_kind_of, holder_of, place_of
from shared.geoip.snapshots import Purpose


@dataclass(frozen=True, slots=True)
class Located:
    """What the databases know of an address; nothing is ``Located(None, UNKNOWN)``.

    Attributes:
        place: where it is and who announces it, each part optional.
        kind: who stands behind its network.
    """

    place: Place | None
    kind: NetworkKind


class PlaceFinder:
    """Answers from local database files, which may come, go and change while it runs.

    ``find`` and ``states`` never raise and may be called from any thread. They ask no network; a
    call that meets a new release of a file also opens it (0.2 s for 130 MB, after a change only).

    Args:
        city: path of a city or country database; several joined by ``os.pathsep``; None for none.
        asn: likewise, of an ASN or ISP database.
        anonymous: likewise, of an Anonymous-IP database.
        monotonic: seconds on a clock that never goes back.
    """

    def __init__(
        self,
        *,
        city: str | None = None,
        asn: str | None = None,
        anonymous: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cities = DatabaseSet(city, Purpose.CITY, place_of, monotonic)
        self._systems = DatabaseSet(asn, Purpose.ASN, holder_of, monotonic)
        self._anonymous = DatabaseSet(anonymous, Purpose.ANONYMOUS, anonymous_kind_of, monotonic)
        self._listed = shipped_kinds()

    def find(self, address: IPv4Address | IPv6Address) -> Located:
        """Return the place and the network kind of an address.

        Args:
            address: as ``parse_address`` gives it. Private ones are in no database: they come
                back unknown.
        """
        holder = self._systems.get(address)
        place = _with_holder(self._cities.get(address), holder)
        return Located(place=place, kind=self._kind(address, holder))

    def states(self) -> Mapping[str, DatabaseState]:
        """Return the state of every configured file by name: "city", "city-2", "asn", ..."""
        sets = (self._cities, self._systems, self._anonymous)
        return dict(state for databases in sets for state in databases.states())

    def _kind(self, address: IPv4Address | IPv6Address, holder: Holder | None) -> NetworkKind:
        """Return the kind: an address's own entry beats its system's, which beats the rule.

        The shipped lists count beside an Anonymous-IP database, which has no carriers.
        """
        kind = self._anonymous.get(address)
        if kind:
            return kind
        if holder is None:
            return NetworkKind.UNKNOWN
        return self._listed.get(holder.asn, NetworkKind.RESIDENTIAL)


def _with_holder(place: Place | None, holder: Holder | None) -> Place | None:
    """Add the provider, which alone still tells one network from another and makes a site."""
    if holder is None:
        return place
    return replace(place or Place(), asn=holder.asn, organisation=holder.organisation)
