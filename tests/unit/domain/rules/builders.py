"""People, places and segments that the detection tests speak of."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from shared.domain.finding import Detection
from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import Place
from shared.domain.rules import (
    CONFIG_TYPES,
    DEFAULT_SEVERITY,
    Rule,
    RuleConfig,
    RuleMode,
    Scope,
    detect,
)
from shared.domain.timeline import Interval, Person, Segment, Timeline

DAY = datetime(2026, 11, 20, tzinfo=UTC)
USER = UUID("01980000-0000-7000-8000-000000000001")
_ids = count(1)


def at(clock: str, day: int = 0) -> datetime:
    """Return an instant of the test's day, or some days after it: "20:04" or "20:04:30"."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    rest = seconds[0] if seconds else 0
    return DAY + timedelta(days=day, hours=hours, minutes=minutes, seconds=rest)


LINKOPING = Place(
    country="SE",
    region="E",
    city="Linköping",
    latitude=58.4167,
    longitude=15.6167,
    accuracy_radius_km=76,
    asn=29518,
    organisation="Bredband2",
)
LONDON = Place(
    country="GB",
    region="ENG",
    city="London",
    latitude=51.5142,
    longitude=-0.0931,
    accuracy_radius_km=100,
    asn=20712,
    organisation="Andrews & Arnold",
)
STOCKHOLM = Place(
    country="SE",
    region="AB",
    city="Stockholm",
    latitude=59.3293,
    longitude=18.0686,
    accuracy_radius_km=10,
    asn=3301,
    organisation="Telia",
)
SYDNEY = Place(
    country="AU",
    region="NSW",
    city="Sydney",
    latitude=-33.8688,
    longitude=151.2093,
    accuracy_radius_km=20,
    asn=1221,
    organisation="Telstra",
)


def network(
    address: str,
    place: Place | None,
    kind: NetworkKind = NetworkKind.RESIDENTIAL,
    network_class: NetworkClass = NetworkClass.PUBLIC,
) -> Network:
    """Return a network whose key is its address."""
    return Network(address, network_class, kind, place, address)


HOME = network("89.160.20.112", LINKOPING)
AWAY = network("81.2.69.160", LONDON)
FAR = network("1.128.0.7", SYDNEY)
NEAR = network("90.224.3.4", STOCKHOLM)
LAN = network("192.168.1.20", None, NetworkKind.UNKNOWN, NetworkClass.LOCAL)


def segment(
    start: datetime,
    end: datetime | None,
    where: Network = HOME,
    device: str | None = "tv",
    *,
    name: str | None = None,
    session: UUID | None = None,
    pauses: tuple[Interval, ...] = (),
    trusted: bool = False,
    content_type: str = "movie",
    library: str | None = None,
) -> Segment:
    """Return a segment of a session of its own."""
    return Segment(
        session_id=session or UUID(int=next(_ids)),
        device_id=device,
        device_name=name,
        network=where,
        started_at=start,
        ended_at=end,
        pauses=pauses,
        content_type=content_type,
        library_id=library,
        trusted=trusted,
    )


PERSON = Person(user_id=USER, name="Ada", first_seen_at=DAY - timedelta(days=365))


def timeline(
    *segments: Segment,
    person: Person = PERSON,
    first_seen: Mapping[str, datetime] | None = None,
) -> Timeline:
    """Return a timeline of someone who has been here for a year."""
    return Timeline(person, segments, first_seen or {})


def rule(
    config: RuleConfig,
    *,
    mode: RuleMode = RuleMode.LIVE,
    scope: Scope | None = None,
    enabled: bool = True,
) -> Rule:
    """Return a live rule with the configuration."""
    rule_type = next(kind for kind, cls in CONFIG_TYPES.items() if isinstance(config, cls))
    made = Rule(
        id=UUID(int=next(_ids)),
        name=rule_type.value,
        type=rule_type,
        config=config,
        severity=DEFAULT_SEVERITY[rule_type],
        mode=mode,
        enabled=enabled,
    )
    return replace(made, scope=scope) if scope else made


def found(config: RuleConfig, *segments: Segment, now: datetime | None = None) -> Detection:
    """Return what a live rule finds, by default long after everything has ended."""
    return detect(rule(config), timeline(*segments), now or at("12:00", day=2))
