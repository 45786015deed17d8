"""The rules: one module per type, all of the same shape, reached through ``detect``.

A module holds its type's configuration, a frozen dataclass with ranges and defaults, and a
``detect(config, timeline, now)``, which returns the findings and when the next one is due.
"""

from shared.domain.rules.concurrent_streams import ConcurrentStreams
from shared.domain.rules.device_velocity import DeviceVelocity
from shared.domain.rules.geo_restriction import GeoRestriction
from shared.domain.rules.impossible_travel import ImpossibleTravel
from shared.domain.rules.inactivity import Inactivity
from shared.domain.rules.rule import (
    CONFIG_TYPES,
    DEFAULT_SEVERITY,
    Rule,
    RuleConfig,
    RuleMode,
    RuleType,
    detect,
    look_back,
    memory,
)
from shared.domain.rules.scope import Scope
from shared.domain.rules.simultaneous_locations import SimultaneousLocations

__all__ = [
    "CONFIG_TYPES",
    "DEFAULT_SEVERITY",
    "ConcurrentStreams",
    "DeviceVelocity",
    "GeoRestriction",
    "ImpossibleTravel",
    "Inactivity",
    "Rule",
    "RuleConfig",
    "RuleMode",
    "RuleType",
    "Scope",
    "SimultaneousLocations",
    "detect",
    "look_back",
    "memory",
]
