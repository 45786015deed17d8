"""The state of the system as answers show it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field

from shared.schemas.server_health import ServerHealth
from shared.schemas.sessions import shown_address

# A minute is the relay's schedule in the cloud; ten without a delivery are no accident.
PATIENCE = timedelta(minutes=10)


class JobRun(BaseModel):
    """The latest run of a scheduled job."""

    job: str
    state: str = Field(description="running, done or failed.")
    scheduled_at: datetime
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, int] | None
    error: str | None


class Deliveries(BaseModel):
    """What is on its way to channels."""

    pending: int
    dead: int = Field(description="Given up; they can be sent anew.")
    oldest_pending_at: datetime | None


class MisconfiguredSource(BaseModel):
    """A source all of whose sessions come from one private or proxy address."""

    source: str
    address: str = Field(description="Masked unless the caller may see addresses.")
    network_class: str
    network_kind: str
    sessions: int = Field(description="In the past seven days.")
    users: int
    devices: int
    found_at: datetime


class PlaceDatabase(BaseModel):
    """A file that tells where addresses are, or whose."""

    name: str = Field(description="city, asn or anonymous; -2 and so on where there are several.")
    status: Literal["ready", "missing", "corrupt"]
    type: str | None = Field(description="As the file calls itself.")
    built_at: datetime | None
    error: str | None


class SystemHealth(BaseModel):
    """What waits to be done, and how the jobs fare that do it."""

    status: Literal["ok", "attention"]
    concerns: list[str] = Field(description="What needs attention, one sentence each.")
    due_users: int = Field(description="People whose timeline changed and was not looked at yet.")
    dirty_items: int = Field(description="People's items whose statistics are to be counted anew.")
    deliveries: Deliveries
    jobs: list[JobRun]
    misconfigured_sources: list[MisconfiguredSource] = Field(
        description="Nothing is detected from these until they tell players apart."
    )
    media_servers: list[ServerHealth] = Field(description="Those that are asked what they play.")
    place_databases: list[PlaceDatabase] = Field(
        description="Without a city database that is ready no place is known; all else works."
    )


def misconfigured_sources(
    rows: Sequence[Mapping[str, Any]], *, shows_addresses: bool
) -> list[MisconfiguredSource]:
    """Return rows of ``misconfigured_sources`` as the caller may see them."""
    shown = [
        {
            "network_kind": row["kind"],
            "address": shown_address(row["address"], shows_addresses=shows_addresses),
        }
        for row in rows
    ]
    return [
        MisconfiguredSource.model_validate({**row, **seen}, extra="ignore")
        for row, seen in zip(rows, shown, strict=True)
    ]


def system_health(
    backlog: Mapping[str, Any],
    runs: Sequence[Mapping[str, Any]],
    sources: list[MisconfiguredSource],
    servers: list[ServerHealth],
    databases: Mapping[str, Mapping[str, Any]],
    *,
    now: datetime,
) -> SystemHealth:
    """Return the state of the system, with what a person should look at."""
    deliveries = Deliveries.model_validate(backlog, extra="ignore")
    jobs = [JobRun.model_validate(run, extra="ignore") for run in runs]
    concerns = [f"The job {run.job} failed: {run.error}" for run in jobs if run.state == "failed"]
    if deliveries.dead:
        concerns.append(f"{deliveries.dead} deliveries were given up.")
    oldest = deliveries.oldest_pending_at
    if oldest is not None and now - oldest > PATIENCE:
        concerns.append(f"A delivery has waited since {oldest.isoformat()}.")
    concerns += [_told(source) for source in sources]
    concerns += [server.sentence for server in servers if server.is_silent]
    return SystemHealth(
        status="attention" if concerns else "ok",
        concerns=concerns,
        due_users=backlog["due_users"],
        dirty_items=backlog["dirty_items"],
        deliveries=deliveries,
        jobs=jobs,
        misconfigured_sources=sources,
        media_servers=servers,
        place_databases=[PlaceDatabase(name=name, **told) for name, told in databases.items()],
    )


def _told(source: MisconfiguredSource) -> str:
    return (
        f"All {source.sessions} sessions of {source.users} users that {source.source} sent in the"
        f" past week came from {source.address}: it does not learn the players' addresses, so"
        " nothing is detected from it. Have the proxy before it pass them on (X-Forwarded-For)."
    )
