"""What goes on at the moment, in figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field


class ActiveSummary(BaseModel):
    """Streams that go on, and the bandwidth of those that are playing."""

    streams: int
    playing: int = Field(description="Neither paused nor buffering.")
    by_decision: dict[str, int] = Field(
        description="Streams by direct_play, direct_stream, transcode and unknown."
    )
    bandwidth_kbps: int
    bandwidth_kbps_by_location: dict[str, int] = Field(description="By lan, wan and unknown.")
    is_estimated: bool = Field(
        description="Whether some of it is a bitrate, and not what its player measured."
    )


def active_summary(rows: Sequence[Mapping[str, Any]]) -> ActiveSummary:
    """Add the rows of ``count_active`` up."""
    decisions, bandwidth = Counter[str](), Counter[str]()
    for row in rows:
        decisions[row["stream_type"]] += row["streams"]
        bandwidth[row["location"]] += row["bandwidth_kbps"]
    return ActiveSummary(
        streams=decisions.total(),
        playing=sum(row["playing"] for row in rows),
        by_decision=dict(decisions),
        bandwidth_kbps=bandwidth.total(),
        bandwidth_kbps_by_location=dict(bandwidth),
        is_estimated=any(row["estimated"] for row in rows),
    )
