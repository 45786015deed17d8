"""Decide which function answers a request, from the table in infra/routes.yaml."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

import yaml

TABLE = Path(__file__).parents[1] / "routes.yaml"


class _Entry(TypedDict):
    method: str
    path: str
    function: str


class _Table(TypedDict):
    default: str
    routes: list[_Entry]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table, its path split at the slashes."""

    method: str
    segments: tuple[str, ...]
    function: str

    def matches(self, method: str, segments: tuple[str, ...]) -> bool:
        """Whether a request is for this row: `{name}` stands for any segment but an empty one."""
        return (
            method == self.method
            and len(segments) == len(self.segments)
            and all(
                bool(given) if wanted.startswith("{") else given == wanted
                for wanted, given in zip(self.segments, segments, strict=True)
            )
        )


@dataclass(frozen=True, slots=True)
class Routes:
    """The whole table."""

    default: str
    routes: tuple[Route, ...]

    def function_for(self, method: str, path: str) -> str:
        """Return the name of the function that answers; the path may carry a query."""
        segments = tuple(path.partition("?")[0].split("/"))
        for route in self.routes:
            if route.matches(method, segments):
                return route.function
        return self.default


def read_routes(table: Path = TABLE) -> Routes:
    """Read the table."""
    content = cast("_Table", yaml.safe_load(table.read_text(encoding="utf-8")))
    routes = tuple(
        Route(row["method"], tuple(row["path"].split("/")), row["function"])
        for row in content["routes"]
    )
    return Routes(content["default"], routes)
