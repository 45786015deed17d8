"""Have the default databases of places while the stack starts, unless the user has others."""

import asyncio
import time

from infra.local.log_files import last_lines
from infra.local.places import PlaceFiles
from infra.local.processes import Process
from shared.settings import Settings

_LONGEST_WAIT_SECONDS = 60
_OWN_DATABASE = "ANALYTICS_GEOIP_DB_PATH"


class PlaceFetch:
    """Fetches what is missing; the functions load a database when its file appears.

    Args:
        settings: Databases that the user named are left alone.
        files: Where the default ones lie, or will.
        city: The process that fetches the city database.
        asn: The process that fetches and compiles the network database.
    """

    def __init__(
        self, settings: Settings, files: PlaceFiles, *, city: Process, asn: Process
    ) -> None:
        self._files = files
        self._city = city
        self._asn = asn
        self._wants_city = settings.analytics_geoip_db_path is None
        self._wants_asn = settings.analytics_geoip_asn_db_path is None
        self._started_at = 0.0
        self._fetching: asyncio.Task[int] | None = None
        self._compiling: asyncio.Task[int] | None = None

    def start(self) -> None:
        """Begin with the city database, if it is wanted and not there."""
        self._started_at = time.monotonic()
        if self._wants_city and not self._files.has_city():
            self._fetching = asyncio.create_task(self._city.run_once())

    def environment(self) -> dict[str, str]:
        """Return the variables that name the default databases, where none was named."""
        told: dict[str, str] = {}
        if self._wants_city and not self._has_failed():
            told[_OWN_DATABASE] = self._files.city_setting
        if self._wants_asn:
            told["ANALYTICS_GEOIP_ASN_DB_PATH"] = str(self._files.asn)
        return told

    def is_going_on(self) -> bool:
        """Whether the city database is being fetched."""
        return self._fetching is not None and not self._fetching.done()

    async def wait(self) -> None:
        """Wait for the city database, until a minute after the beginning at most."""
        if self._fetching is not None:
            left = self._started_at + _LONGEST_WAIT_SECONDS - time.monotonic()
            await asyncio.wait([self._fetching], timeout=max(left, 0))

    def warning(self) -> str | None:
        """Return what a person should know about the city database, if anything."""
        if self.is_going_on():
            return "The city database is still being fetched; places appear once it is there."
        if not self._has_failed():
            return None
        reason = "".join(last_lines(self._city.log, 1)) or "no reason was given"
        return (
            f"No city database ({reason}): places stay unknown. "
            f"Set {_OWN_DATABASE} to a .mmdb file, or run this again when online."
        )

    def start_networks(self) -> None:
        """Get the network database in the background; without it only its fields are unknown."""
        if self._wants_asn and not self._files.asn.exists():
            self._compiling = asyncio.create_task(self._asn.run_once())

    def _has_failed(self) -> bool:
        task = self._fetching
        return task is not None and task.done() and task.result() != 0
