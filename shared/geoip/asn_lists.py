"""The shipped lists that say what kind of network an autonomous system is.

Each ``data/<kind>_asns.csv`` names its source and date in a comment header. The lists are this
project's own choice of systems that are (almost) wholly of one kind; a system in none of them is
taken for a home provider.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from shared.domain.network import NetworkKind

LISTED_KINDS = (NetworkKind.CARRIER, NetworkKind.HOSTING, NetworkKind.VPN, NetworkKind.RELAY)
"""Kinds for which a list is shipped."""


@dataclass(frozen=True, slots=True)
class ListedSystem:
    """One line of a list: number, the name it is known by, ISO 3166-1 alpha-2 of its seat."""

    asn: int
    name: str
    country: str


@cache
def shipped_kinds() -> Mapping[int, NetworkKind]:
    """Return the kind of every listed autonomous system by its number, read once per process.

    Raises:
        ValueError: if a system stands in two places of the lists or a number is none; the
            package was built wrongly then, so the start is the place to fail.
    """
    kinds: dict[int, NetworkKind] = {}
    for kind in LISTED_KINDS:
        for system in read_list(kind):
            if system.asn in kinds:
                raise ValueError(f"AS{system.asn} is listed twice, once in {kind}_asns.csv")
            kinds[system.asn] = kind
    return MappingProxyType(kinds)


def read_list(kind: NetworkKind) -> Iterator[ListedSystem]:
    """Yield the systems of one shipped list, in the order of the file."""
    text = files("shared.geoip").joinpath("data", f"{kind}_asns.csv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines, strict=True):
        yield ListedSystem(asn=int(row["asn"]), name=row["name"], country=row["country"])
