"""Bodies as media servers send them, each with the row that it makes (``<name>.row.json``).

Composed after what servers are known to send. What they cannot hold is the present: the minute
that stands in them is replaced by one of today.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
WRITTEN_MINUTE = b"2026-11-20T20:15"


def _recent_minute() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=2)


@dataclass(frozen=True)
class Sample:
    name: str
    body: bytes
    row: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return self.name.partition("_")[0]

    def recent(self) -> tuple[bytes, datetime]:
        """Return the body as if it were sent lately, and the minute that stands in it."""
        minute = _recent_minute()
        return self.body.replace(WRITTEN_MINUTE, f"{minute:%Y-%m-%dT%H:%M}".encode()), minute


def read_samples() -> list[Sample]:
    return [
        Sample(
            path.name.removesuffix(".row.json"),
            path.with_name(path.name.replace(".row.json", ".json")).read_bytes(),
            json.loads(path.read_text("utf-8")),
        )
        for path in sorted(FOLDER.glob("*.row.json"))
    ]


SAMPLES = read_samples()
