"""Spans of the simulation, in seconds and days."""

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
LEAD, DAYS = 30, 120
"""People are known for a month before they are judged by what they do in the next three."""
