"""Geo restriction: streams from a country that the operator does not serve."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from annotated_types import Len, Predicate

from shared.domain.finding import Detection, Finding, behaviour_key, detection, finding_identity
from shared.domain.place import Place
from shared.domain.rules.anonymous import anonymous_findings
from shared.domain.rules.bounds import CONFIG, Anonymous
from shared.domain.rules.countries import country_name, is_country
from shared.domain.rules.sentences import clock, where
from shared.domain.timeline import Segment, Timeline, last_sign_of_life

CountryCode = Annotated[str, Predicate(is_country)]

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoRestriction:
    """Parameters: an empty list of countries, ISO 3166-1 alpha-2, restricts nothing.

    ``unknown`` says what happens to public networks whose country is not known.
    """

    mode: Literal["deny", "allow"] = "deny"
    countries: Annotated[frozenset[CountryCode], Len(0, 300)] = frozenset()
    unknown: Literal["ignore", "flag"] = "ignore"
    anonymous: Anonymous = "ignore"

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG

    def __post_init__(self) -> None:
        codes = frozenset(code.strip().upper() for code in self.countries)
        object.__setattr__(self, "countries", codes)

    def restricts(self, country: str | None) -> bool:
        """Say whether nobody may stream from the country; None is an unknown one."""
        if not self.countries:
            return False
        if country is None:
            return self.unknown == "flag"
        return (country in self.countries) == (self.mode == "deny")


def detect(config: GeoRestriction, timeline: Timeline, now: datetime) -> Detection:
    """Return one finding per session and country, true from its first instant there.

    Only public networks are somewhere: who is on the LAN or an overlay is never concerned.
    """
    found = [
        _finding(config, country, segments, now)
        for (_, country), segments in _by_country(timeline.segments).items()
        if config.restricts(country)
    ]
    return detection([*found, *anonymous_findings(config.anonymous, timeline.segments, now)])


def _by_country(segments: Iterable[Segment]) -> dict[tuple[UUID, str | None], list[Segment]]:
    grouped: dict[tuple[UUID, str | None], list[Segment]] = {}
    for segment in segments:
        if segment.network.is_public:
            country = ((segment.network.place or Place()).country or "").strip().upper() or None
            grouped.setdefault((segment.session_id, country), []).append(segment)
    return grouped


def _finding(
    config: GeoRestriction, country: str | None, segments: list[Segment], now: datetime
) -> Finding:
    first = segments[0]
    key = behaviour_key("country", [country or _UNKNOWN])
    return Finding(
        behaviour_key=key,
        at=first.started_at,
        last_at=last_sign_of_life(segments, now),
        segments=tuple(segments),
        facts={"country": country, "mode": config.mode, "countries": sorted(config.countries)},
        sentence=_sentence(config, country, first),
        identity=finding_identity(key, [first.session_id]),
    )


def _sentence(config: GeoRestriction, country: str | None, first: Segment) -> str:
    (at,) = clock(first.started_at)
    if country is None:
        return f"Streamed from {where(first)} at {at}; which country that is in is not known."
    name, city = country_name(country), (first.network.place or Place()).city
    spot = where(first, f"{city}, {name}" if city else name)
    list_name = "one of the denied" if config.mode == "deny" else "not among the allowed"
    return f"Streamed from {spot} at {at}; {name} is {list_name} countries."
