from dataclasses import replace
from uuid import UUID

import pytest

from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import Place
from shared.domain.rules import GeoRestriction
from shared.domain.rules.countries import COUNTRIES, country_name, is_country
from tests.unit.domain.rules.builders import AWAY, HOME, LAN, at, found, network, segment

NO_BRITAIN = GeoRestriction(countries=frozenset({"GB"}))
ONLY_SWEDEN = GeoRestriction(mode="allow", countries=frozenset({"SE"}))

HERE, THERE = segment(at("20:00"), at("21:00")), segment(at("20:31"), at("22:00"), AWAY, "phone")


def test_a_denied_country_is_a_finding_and_others_are_not() -> None:
    (finding,) = found(NO_BRITAIN, HERE, THERE).findings
    assert finding.sentence == (
        "Streamed from London, the United Kingdom (81.2.69.x) at 20:31; "
        "the United Kingdom is one of the denied countries."
    )
    assert finding.at == at("20:31")
    assert finding.segments == (THERE,)
    assert finding.behaviour_key == 'country:["GB"]'


def test_a_country_that_is_not_among_the_allowed_is_a_finding() -> None:
    (finding,) = found(ONLY_SWEDEN, HERE, THERE).findings
    assert finding.segments == (THERE,)
    assert "is not among the allowed countries" in finding.sentence


@pytest.mark.parametrize("mode", ["deny", "allow"])
def test_an_empty_list_restricts_nothing(mode: str) -> None:
    config = replace(GeoRestriction(unknown="flag"), mode=mode)
    nobody_knows = segment(at("20:00"), None, network("1.1.1.1", None))
    assert not found(config, HERE, THERE, nobody_knows).findings


@pytest.mark.parametrize(
    "nowhere",
    [
        LAN,
        Network(),
        replace(AWAY, network_class=NetworkClass.LOCAL),
        replace(AWAY, network_class=NetworkClass.OVERLAY),
    ],
)
def test_local_and_overlay_never_match(nowhere: Network) -> None:
    for config in (NO_BRITAIN, replace(ONLY_SWEDEN, unknown="flag")):
        assert not found(config, segment(at("20:00"), None, nowhere)).findings


@pytest.mark.parametrize("place", [None, Place(), Place(country=""), Place(continent="EU")])
def test_an_unknown_country_is_a_finding_only_if_the_rule_says_so(place: Place | None) -> None:
    somewhere = segment(at("20:00"), None, network("1.1.1.1", place))
    for config in (NO_BRITAIN, ONLY_SWEDEN):
        assert not found(config, somewhere).findings
        (finding,) = found(replace(config, unknown="flag"), somewhere).findings
        assert finding.behaviour_key == 'country:["unknown"]'
        assert "is not known" in finding.sentence


def test_a_coarse_place_and_a_vpn_are_good_for_a_country() -> None:
    coarse = segment(at("20:00"), None, network("81.2.69.1", Place(country="GB")))
    vpn = segment(at("20:00"), None, replace(AWAY, kind=NetworkKind.VPN))
    assert len(found(NO_BRITAIN, coarse, vpn).findings) == 2


def test_one_session_in_one_country_is_one_finding() -> None:
    session = UUID(int=3)
    parts = [
        segment(at("20:00"), at("20:30"), AWAY, session=session),
        segment(at("20:30"), at("21:00"), network("81.2.69.7", AWAY.place), session=session),
    ]
    (finding,) = found(NO_BRITAIN, *parts).findings
    assert finding.segments == tuple(parts)
    assert finding.last_at == at("21:00")


def test_a_trusted_segment_is_never_a_finding() -> None:
    assert not found(NO_BRITAIN, replace(THERE, trusted=True)).findings


def test_anonymous_use_is_a_finding_of_its_own_if_the_rule_says_so() -> None:
    vpn = segment(at("20:00"), None, replace(HOME, kind=NetworkKind.HOSTING))
    assert not found(NO_BRITAIN, vpn).findings
    (finding,) = found(replace(NO_BRITAIN, anonymous="flag"), vpn).findings
    assert "a hosting provider" in finding.sentence


def test_codes_are_taken_in_either_case() -> None:
    assert found(GeoRestriction(countries=frozenset({" gb"})), THERE).findings
    british = segment(at("20:00"), None, network("81.2.69.1", Place(country="gb")))
    assert found(NO_BRITAIN, british).findings


def test_the_table_of_countries_is_complete_and_sound() -> None:
    assert len(COUNTRIES) == 250
    assert all(len(code) == 2 and code.isupper() and name for code, name in COUNTRIES.items())
    assert is_country("gb")
    assert not is_country("UK")
    assert country_name("SE") == "Sweden"
    assert country_name("QQ") == "QQ"
