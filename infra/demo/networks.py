"""The networks people of the demo are on: addresses of real ranges, which place databases know.

Checked in DB-IP City Lite 2026-06 and the ASN database of the same month.
"""

LONDON = "62.252.72.37"  # AS5089
LEEDS = "86.4.104.37"  # AS5089
MANCHESTER = "90.199.174.37"  # AS5607, as are the next two: one home with both protocols
MANCHESTER_IPV6 = "2a02:c7c:c82:10::25"
MANCHESTER_IPV6_GUEST = "2a02:c7c:c82:11::25"

BERLIN = "79.215.128.37"  # AS3320, as are the next two: one home before and after a reconnect
BERLIN_RECONNECTED = "79.215.130.37"
BERLIN_IPV6 = "2003:ff:c000:10::25"
BERLIN_OTHER = "89.247.64.37"  # AS8881
BERLIN_HOTEL = "89.247.64.81"  # AS8881
MUNICH_IPV6 = "2003:ed:d800:10::25"  # AS3320
HAMBURG = "2.162.0.37"  # AS3320

MADRID = "2.138.96.37"  # AS3352
PARIS = "2.4.36.37"  # AS3215

CARRIER_STOCKHOLM = "2.64.0.37"  # AS44034, a mobile carrier with exits in both cities
CARRIER_MALMO = "2.65.131.37"
CARRIER_MILAN = "2.192.0.37"  # AS16232, likewise
CARRIER_PALERMO = "62.18.9.37"

VPN_AMSTERDAM = "188.166.10.37"  # AS14061, a hosting provider

LAN_TV = "192.168.1.20"
LAN_TABLET = "192.168.1.31"
DOCKER_BRIDGE = "172.17.0.1"  # what a container sees of every client
NOT_AN_ADDRESS = "N/A"


def with_port(address: str, port: int) -> str:
    """Return an IPv4 address as players write it that add the port."""
    return f"{address}:{port}"
