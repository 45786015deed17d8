"""Where the demo's networks are, as DB-IP and the ASN lists have them (June 2026)."""

from ipaddress import ip_address, ip_network

from shared.domain.network import (
    Network,
    NetworkClass,
    NetworkKind,
    classify,
    network_key,
    parse_address,
)
from shared.domain.place import Place
from shared.geoip.asn_lists import shipped_kinds

LONDON = ("GB", "England", "London", 51.5072, -0.1276)
LEEDS = ("GB", "England", "Leeds", 53.8008, -1.5491)
MANCHESTER = ("GB", "England", "Manchester", 53.4809, -2.2374)
BERLIN = ("DE", "State of Berlin", "Berlin", 52.52, 13.405)
MUNICH = ("DE", "Bavaria", "Munich", 48.1362, 11.5729)
HAMBURG = ("DE", "Hamburg", "Hamburg", 53.5508, 10.0017)
MADRID = ("ES", "Madrid", "Madrid", 40.4165, -3.7026)
PARIS = ("FR", "Ile-de-France", "Paris", 48.8575, 2.3514)
AMSTERDAM = ("NL", "North Holland", "Amsterdam", 52.3563, 4.9571)
STOCKHOLM = ("SE", "Stockholm", "Stockholm", 59.3348, 18.0148)
MALMO = ("SE", "Skane", "Malmo", 55.6059, 13.0007)
MILAN = ("IT", "Lombardy", "Milan", 45.4642, 9.19)
PALERMO = ("IT", "Sicily", "Palermo", 38.1166, 13.3636)

KNOWN = {
    "62.252.72.0/24": (LONDON, 5089),
    "86.4.104.0/24": (LEEDS, 5089),
    "90.199.174.0/24": (MANCHESTER, 5607),
    "2a02:c7c:c82::/48": (MANCHESTER, 5607),
    "79.215.128.0/20": (BERLIN, 3320),
    "2003:ff:c000::/40": (BERLIN, 3320),
    "89.247.64.0/24": (BERLIN, 8881),
    "2003:ed:d800::/40": (MUNICH, 3320),
    "2.162.0.0/24": (HAMBURG, 3320),
    "2.138.96.0/24": (MADRID, 3352),
    "2.4.36.0/24": (PARIS, 3215),
    "2.64.0.0/24": (STOCKHOLM, 44034),
    "2.65.131.0/24": (MALMO, 44034),
    "2.192.0.0/24": (MILAN, 16232),
    "62.18.9.0/24": (PALERMO, 16232),
    "188.166.10.0/24": (AMSTERDAM, 14061),
}


def network(text: str, *, knows_systems: bool) -> Network:
    """Return the network as the service pins it, with or without an ASN database."""
    address = parse_address(text)
    if address is None:
        return Network()
    network_class = classify(address)
    key = network_key(address)
    if network_class is not NetworkClass.PUBLIC:
        return Network(key, network_class, NetworkKind.UNKNOWN, None, str(address))
    (country, region, city, latitude, longitude), asn = _known(str(address))
    place = Place(
        country=country,
        region=region,
        city=city,
        latitude=latitude,
        longitude=longitude,
        asn=asn if knows_systems else None,
    )
    kind = shipped_kinds().get(asn, NetworkKind.RESIDENTIAL)
    return Network(
        key, network_class, kind if knows_systems else NetworkKind.UNKNOWN, place, str(address)
    )


def _known(address: str) -> tuple[tuple[str, str, str, float, float], int]:
    return next(entry for cidr, entry in KNOWN.items() if ip_address(address) in ip_network(cidr))
