"""The programs of one stack: which command, with which environment."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.config import ROOT
from infra.local.processes import Program

FUNCTIONS = (
    "api",
    "ingest_session",
    "detect_sharing",
    "aggregate_stats",
    "cleanup",
    "notify",
)


@dataclass(frozen=True, slots=True)
class Programs:
    """Makes the programs.

    Args:
        environment: What they all get: the user's environment and the stack's settings.
        ports: The loopback port of each function.
        functions: The folder that holds the functions.
    """

    environment: Mapping[str, str]
    ports: Mapping[str, int]
    functions: Path

    def prepare(self) -> Program:
        """Bring the database up to date."""
        return self._python("prepare", "infra.prepare")

    def dashboard(self) -> Program:
        """Build the dashboard."""
        return self._python("dashboard", "infra.local.dashboard")

    def function(self, name: str) -> Program:
        """Serve one function, as its container does: ASGI under gunicorn, one worker."""
        own = {
            "FUNCTION_SOURCE": str(self.functions / name / "main.py"),
            "FUNCTION_TARGET": name,
            "HOST": "127.0.0.1",
            "PORT": str(self.ports[name]),
            "WORKERS": "1",
            "FORWARDED_ALLOW_IPS": "127.0.0.1",
        }
        command = (sys.executable, "-m", "functions_framework", "--asgi")
        return Program(name, command, ROOT, {**self.environment, **own})

    def gateway(self, descriptor: int) -> Program:
        """Serve people on a listening socket of the launcher's."""
        arguments = ("--socket", str(descriptor), *self._upstreams())
        return self._python("gateway", "infra.local.gateway", *arguments, descriptors=(descriptor,))

    def scheduler(self, secret_file: Path) -> Program:
        """Fire the schedules."""
        arguments = ("--secret-file", str(secret_file), *self._upstreams())
        return self._python("scheduler", "infra.local.scheduler", *arguments)

    def places(self, which: str, cache: Path) -> Program:
        """Get one of the default databases of places."""
        return self._python(f"places-{which}", "infra.local.places", which, str(cache))

    def _upstreams(self) -> list[str]:
        return [f"--upstream={name}={port}" for name, port in self.ports.items()]

    def _python(
        self, name: str, module: str, *arguments: str, descriptors: tuple[int, ...] = ()
    ) -> Program:
        command = (sys.executable, "-m", module, *arguments)
        return Program(name, command, ROOT, self.environment, descriptors)
