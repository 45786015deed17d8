import re
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from shared.domain.network import NetworkKind
from shared.geoip.asn_lists import LISTED_KINDS, read_list, shipped_kinds

_COUNTRY_LETTERS = 2


def test_no_system_stands_in_two_places() -> None:
    numbers = Counter(system.asn for kind in LISTED_KINDS for system in read_list(kind))
    assert [asn for asn, times in numbers.items() if times > 1] == []


@pytest.mark.parametrize("kind", LISTED_KINDS)
def test_every_line_is_a_number_a_name_and_a_country_in_order_of_number(kind: NetworkKind) -> None:
    systems = list(read_list(kind))
    assert all(0 < system.asn < 2**32 for system in systems)
    assert all(system.name and system.name == system.name.strip() for system in systems)
    assert all(
        len(system.country) == _COUNTRY_LETTERS and system.country.isupper() for system in systems
    )
    assert [system.asn for system in systems] == sorted(system.asn for system in systems)


@pytest.mark.parametrize("kind", LISTED_KINDS)
def test_every_list_says_where_it_comes_from_and_when(kind: NetworkKind) -> None:
    text = files("shared.geoip").joinpath("data", f"{kind}_asns.csv").read_text(encoding="utf-8")
    header = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    assert "CC-BY-4.0" in header
    said = re.search(
        r"holder was checked on (\d{4}-\d\d-\d\d) against npm (@[\w-]+/asn) (\d+\.\d+\.\d+)",
        header.replace("\n# ", " "),
    )
    assert said is not None, header
    date.fromisoformat(said[1])


@pytest.mark.parametrize(
    ("asn", "kind"),
    [
        (21928, NetworkKind.CARRIER),
        (55836, NetworkKind.CARRIER),
        (24940, NetworkKind.HOSTING),
        (16509, NetworkKind.HOSTING),
        (9009, NetworkKind.VPN),
        (36183, NetworkKind.RELAY),
    ],
)
def test_well_known_systems_have_the_kind_everybody_expects(asn: int, kind: NetworkKind) -> None:
    assert shipped_kinds()[asn] is kind


@pytest.mark.parametrize("asn", [3320, 2856, 5089, 3215, 7922, 3352, 174, 8881])
def test_a_provider_of_homes_is_in_no_list(asn: int) -> None:
    assert asn not in shipped_kinds()
