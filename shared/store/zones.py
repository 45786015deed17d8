"""Zones as statements take them: ``local_time(instant, %(changes)s, %(ahead)s)``.

The database's own zones are those of another release, and some of the same name are others.
"""

from collections.abc import Mapping

from shared.domain.offsets import Offsets


def clock_of(offsets: Offsets) -> Mapping[str, object]:
    """Return a zone's clock as parameters of statements."""
    return {"changes": list(offsets.changes), "ahead": list(offsets.ahead)}
