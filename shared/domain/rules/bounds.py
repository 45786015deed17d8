"""Ranges that the rules' parameters share, and what every configuration allows.

The constraints are ``annotated_types``; whoever reads a configuration from outside validates it
against them. The domain itself trusts what it is given.
"""

from typing import Annotated, Literal

from annotated_types import Ge, Le

WindowHours = Annotated[int, Ge(1), Le(2160)]
"""Hours, up to 90 days: raw sessions live no longer."""

DistanceKm = Annotated[float, Ge(0), Le(20_038)]
"""Kilometres, up to half the earth's circumference."""

SpeedKmh = Annotated[float, Ge(1), Le(100_000)]
OverlapSeconds = Annotated[int, Ge(1), Le(86_400)]
HandoverSeconds = Annotated[int, Ge(0), Le(3_600)]
SameAsnKm = Annotated[float, Ge(0), Le(5_000)]
Count = Annotated[int, Ge(1), Le(1_000)]
Days = Annotated[int, Ge(1), Le(3_650)]
ResidentDays = Annotated[int, Ge(0), Le(30)]
Anonymous = Literal["ignore", "flag"]

CONFIG: dict[str, object] = {"extra": "forbid", "allow_inf_nan": False}
"""For ``__pydantic_config__``: unknown keys are refused, and a limit is a number."""
