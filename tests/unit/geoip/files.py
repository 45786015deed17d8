"""Making ``.mmdb`` files for these tests."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet  # pyright: ignore[reportMissingTypeStubs]

LONDON = {
    "city": {"names": {"de": "London", "en": "London"}},
    "continent": {"code": "EU"},
    "country": {"iso_code": "GB"},
    "registered_country": {"iso_code": "FR"},
    "location": {"latitude": 51.5142, "longitude": -0.0931, "accuracy_radius": 10},
    "postal": {"code": "EC1"},
    "subdivisions": [{"iso_code": "ENG", "names": {"en": "England"}}],
}
PARIS = {
    "city": {"names": {"en": "Paris"}},
    "country": {"iso_code": "FR"},
    "location": {"latitude": 48.8566, "longitude": 2.3522, "accuracy_radius": 20},
}


def write_database(
    path: Path,
    records: Mapping[str, Mapping[str, Any]],
    database_type: str = "GeoLite2-City",
    ip_version: int = 6,
) -> Path:
    """Write a database of networks and their records; a file in place is written over."""
    writer = MMDBWriter(
        ip_version=ip_version, ipv4_compatible=ip_version == 6, database_type=database_type
    )
    for network, record in records.items():
        writer.insert_network(IPSet([network]), dict(record))
    writer.to_db_file(str(path))
    return path


def replace_database(path: Path, records: Mapping[str, Mapping[str, Any]]) -> None:
    """Put a new release in place as geoipupdate does: written aside, then renamed."""
    write_database(path.with_suffix(".new"), records).replace(path)


def asn_record(number: int, organisation: str) -> dict[str, Any]:
    return {
        "autonomous_system_number": number,
        "autonomous_system_organization": organisation,
    }


class Ticking:
    """A monotonic clock that tests move."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


def joined(*paths: Path) -> str:
    return os.pathsep.join(map(str, paths))
