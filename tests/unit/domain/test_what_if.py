"""Which trusted entries would have kept a case from being opened."""

from datetime import timedelta

from shared.domain.backtest import Span, backtest
from shared.domain.rules import GeoRestriction, ImpossibleTravel, Inactivity, RuleConfig
from shared.domain.timeline import Segment
from shared.domain.trusted import TrustedDevice, TrustedNetwork, TrustedPlace
from shared.domain.what_if import Effect, effects
from tests.unit.domain.rules.builders import AWAY, DAY, FAR, HOME, at, rule, segment, timeline

QUARTER = Span(DAY - timedelta(days=60), DAY + timedelta(days=30))


def _effects(config: RuleConfig, *segments: Segment) -> tuple[Effect, ...]:
    one, past = rule(config), timeline(*segments)
    would_be = backtest(one, past, QUARTER)
    assert would_be is not None
    return effects(one, past, QUARTER, would_be)


def _named(found: tuple[Effect, ...]) -> dict[tuple[type, str], tuple[bool, int]]:
    return {
        (type(effect.candidate.trusted), effect.candidate.name): (
            effect.prevents_case,
            effect.fewer_alerts,
        )
        for effect in found
    }


def test_a_network_a_device_or_a_place_that_is_on_one_side_of_everything_prevents_the_case() -> (
    None
):
    found = _effects(
        ImpossibleTravel(),
        segment(at("20:00"), at("20:30"), HOME, "tv"),
        segment(at("20:40"), at("21:30"), AWAY, "phone", name="Ada's phone"),
    )
    assert _named(found) == {
        (TrustedDevice, "tv"): (True, 1),
        (TrustedDevice, "Ada's phone"): (True, 1),
        (TrustedNetwork, "89.160.20.x"): (True, 1),
        (TrustedNetwork, "81.2.69.x"): (True, 1),
        (TrustedPlace, "Linköping"): (True, 1),
        (TrustedPlace, "London"): (True, 1),
    }


def test_what_is_in_half_of_it_makes_fewer_alerts_and_comes_last() -> None:
    found = _effects(
        GeoRestriction(countries=frozenset({"GB", "AU"})),
        segment(at("20:00"), at("20:30"), AWAY, "tv"),
        segment(at("20:40", day=1), at("21:30", day=1), FAR, "tv"),
    )
    assert isinstance(found[0].candidate.trusted, TrustedDevice)
    assert found[0].prevents_case
    assert _named(found)[TrustedNetwork, "1.128.0.x"] == (False, 1)
    assert [effect.prevents_case for effect in found] == [True, False, False, False, False]


def test_silence_is_nobodys_network() -> None:
    played = segment(at("20:00", day=-50), at("21:00", day=-50))
    assert _effects(Inactivity(), played) == ()
