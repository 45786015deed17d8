"""Place databases of the tests' own: a few networks, in the form of GeoLite2."""

from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

LONDON = "81.2.69.160"
LONDON_IPV6 = "2a02:c7f:0:10::25"
LINKOPING = "89.160.20.112"
MANCHESTER = "90.199.174.37"
CARRIER_STOCKHOLM = "2.64.0.37"
CARRIER_MALMO = "2.65.131.37"
HOME = "192.168.1.20"

_CITIES: dict[str, tuple[str, str, float, float, int]] = {
    "81.2.69.0/24": ("GB", "London", 51.5142, -0.0931, 100),
    "2a02:c7f::/32": ("GB", "London", 51.5142, -0.0931, 20),
    "89.160.20.0/24": ("SE", "Linköping", 58.4167, 15.6167, 76),
    "90.199.174.0/24": ("GB", "Manchester", 53.4809, -2.2374, 20),
    "2.64.0.0/16": ("SE", "Stockholm", 59.3348, 18.0148, 50),
    "2.65.0.0/16": ("SE", "Malmo", 55.6059, 13.0007, 50),
}

_SYSTEMS: dict[str, tuple[int, str]] = {
    "81.2.69.0/24": (20712, "Andrews & Arnold"),
    "2a02:c7f::/32": (5607, "Sky UK"),
    "89.160.20.0/24": (29518, "Bredband2"),
    "90.199.174.0/24": (5607, "Sky UK"),
    "2.64.0.0/16": (44034, "Hi3G Access"),
    "2.65.0.0/16": (44034, "Hi3G Access"),
}


def write_cities(path: Path) -> Path:
    return _write(
        path,
        "GeoLite2-City",
        {
            network: {
                "city": {"names": {"en": city}},
                "country": {"iso_code": country},
                "location": {
                    "latitude": latitude,
                    "longitude": longitude,
                    "accuracy_radius": radius,
                },
            }
            for network, (country, city, latitude, longitude, radius) in _CITIES.items()
        },
    )


def write_systems(path: Path) -> Path:
    return _write(
        path,
        "GeoLite2-ASN",
        {
            network: {"autonomous_system_number": asn, "autonomous_system_organization": holder}
            for network, (asn, holder) in _SYSTEMS.items()
        },
    )


def _write(path: Path, database_type: str, records: dict[str, dict[str, Any]]) -> Path:
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type=database_type)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return path
