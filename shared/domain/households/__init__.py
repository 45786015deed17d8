"""Learned households: where a person's account lives, found from sustained use alone.

``learn`` takes a timeline and gives the households, each with its class and the reasons for it.
"""

from shared.domain.households.household import (
    PLACEABLE,
    Bond,
    Household,
    HouseholdClass,
    Learned,
    Presence,
)
from shared.domain.households.learning import HORIZON_DAYS, Knowledge, horizon, learn

__all__ = [
    "HORIZON_DAYS",
    "PLACEABLE",
    "Bond",
    "Household",
    "HouseholdClass",
    "Knowledge",
    "Learned",
    "Presence",
    "horizon",
    "learn",
]
