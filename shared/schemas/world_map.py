"""The map as GeoJSON (RFC 7946): points where sessions play, lines between places of a case."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from shared.domain.world_map import HIGHEST_ZOOM, Box, Position, legs, line
from shared.schemas.filters import End, Start
from shared.schemas.session_events import ContentType
from shared.schemas.text import Word

MOST_CELLS = 2_000
LONGEST = timedelta(days=366)
USUAL = timedelta(days=30)

_EDGES = {"west": 180, "south": 90, "east": 180, "north": 90}


def _box(text: str) -> str:
    parts = text.split(",")
    try:
        edges = dict(zip(_EDGES, map(float, parts), strict=True))
    except ValueError:
        raise ValueError("must be four numbers: west,south,east,north") from None
    if any(not abs(edges[name]) <= most for name, most in _EDGES.items()):
        raise ValueError("is off the earth")
    if edges["south"] > edges["north"]:
        raise ValueError("has its south north of its north")
    return text


class MapParameters(BaseModel):
    """What of the world, when, and how close."""

    model_config = ConfigDict(extra="forbid")

    zoom: Annotated[int, Field(ge=0, le=HIGHEST_ZOOM)] = Field(
        default=3, description="As web maps count: what lies within 64 pixels is one point."
    )
    bbox: Annotated[str, Field(max_length=100), AfterValidator(_box)] | None = Field(
        default=None,
        description="west,south,east,north in degrees; west > east across the date line.",
        examples=["-10.5,49.8,2.1,60.9"],
    )
    live: bool = Field(default=False, description="Only what goes on now.")
    start: Start = Field(default=None, description="Sessions that began then or later; 30 days ago")
    end: End = Field(default=None, description="Sessions that began before; now, if absent.")
    user_id: UUID | None = None
    server_id: Word | None = None
    content_type: ContentType | None = None
    case_id: UUID | None = Field(default=None, description="Lines of this case alone, if any.")
    arcs: bool = Field(
        default=True, description="Lines between the places of open cases, by person and period."
    )

    @model_validator(mode="after")
    def _now_or_then(self) -> Self:
        if self.live and (self.start is not None or self.end is not None):
            raise ValueError("what is live goes with no start and no end")
        return self

    def box(self) -> Box | None:
        """Return the part of the map that is wanted."""
        return None if self.bbox is None else Box(*map(float, self.bbox.split(",")))


class MapPoint(BaseModel):
    """Where, as GeoJSON has it."""

    type: Literal["Point"] = "Point"
    coordinates: Position = Field(description="Degrees east, degrees north.")


class Line(BaseModel):
    """From one place to another."""

    type: Literal["LineString"] = "LineString"
    coordinates: tuple[Position, Position]


class CutLine(BaseModel):
    """A line that crosses the date line, cut there."""

    type: Literal["MultiLineString"] = "MultiLineString"
    coordinates: tuple[tuple[Position, Position], ...]


class Plays(BaseModel):
    """What plays, or played, in one place, or in several that are near each other."""

    kind: Literal["plays"] = "plays"
    sessions: int
    active: int = Field(description="Of them, going on.")
    local_sessions: int = Field(description="Of them, on the LAN of a server that is here.")
    users: int = Field(description="Different people.")
    country: str | None = Field(description="null if there are several.")
    city: str | None = Field(description="null if there are several.")


class Arc(BaseModel):
    """Two places of which a case says that one person was at both."""

    kind: Literal["arc"] = "arc"
    case_id: UUID
    user_id: UUID
    user_name: str | None
    rule_type: str
    severity: int
    state: str
    sentence: str | None
    last_seen_at: datetime


class PlaysFeature(BaseModel):
    """A point of the map, with the box that holds all that it stands for."""

    type: Literal["Feature"] = "Feature"
    id: str = Field(description="The cell of the grid, as zoom/x/y.")
    bbox: tuple[float, float, float, float] = Field(description="West, south, east, north.")
    geometry: MapPoint
    properties: Plays


class ArcFeature(BaseModel):
    """A line of the map."""

    type: Literal["Feature"] = "Feature"
    geometry: Line | CutLine
    properties: Arc


class TileServer(BaseModel):
    """Pictures that the map lies on, fetched by the browser from elsewhere."""

    origin: str = Field(description="The server's, as a Content-Security-Policy names it.")
    url: str = Field(description="Of a tile, with {z}, {x} and {y}.")
    attribution: str = Field(description="Whose they are, to be shown on the map.")
    license_url: str = Field(description="Where the attribution leads.")


TILE_SERVERS: Mapping[str, TileServer | None] = MappingProxyType(
    {
        "none": None,
        "osm": TileServer(
            origin="https://tile.openstreetmap.org",
            url="https://tile.openstreetmap.org/{z}/{x}/{y}.png",
            attribution="© OpenStreetMap contributors",
            license_url="https://www.openstreetmap.org/copyright",
        ),
    }
)
"""By `ANALYTICS_MAP_TILES`."""


class MapView(BaseModel):
    """A map (GeoJSON FeatureCollection); what goes beyond that format is told beside it."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[PlaysFeature | ArcFeature]
    unplaced_sessions: int = Field(description="Of which nobody knows where they play.")
    is_truncated: bool = Field(
        description=f"There are more than {MOST_CELLS} points: the busiest are shown; come closer."
    )
    tiles: TileServer | None = Field(
        default=None, description="What the dashboard's map lies on, if it is switched on."
    )


# All at once: a map may have many.
_ARCS = TypeAdapter(list[ArcFeature])


def map_view(
    cells: Sequence[Mapping[str, Any]],
    cases: Iterable[Mapping[str, Any]],
    *,
    zoom: int,
    exact: bool,
    tiles: str = "none",
) -> MapView:
    """Return rows of ``list_cells`` and of ``list_lines`` as a map.

    ``exact`` says whether the caller may see where exactly things are; otherwise to 0.1 degree.
    ``tiles`` names what it lies on.
    """
    placed = [cell for cell in cells if cell["x"] is not None]
    points = [_plays(cell, zoom) for cell in placed[:MOST_CELLS]]
    arcs = _ARCS.validate_python([arc for case in cases for arc in _arcs(case, exact=exact)])
    return MapView(
        features=[*points, *arcs],
        unplaced_sessions=sum(cell["sessions"] for cell in cells if cell["x"] is None),
        is_truncated=len(placed) > MOST_CELLS,
        tiles=TILE_SERVERS[tiles],
    )


def _plays(cell: Mapping[str, Any], zoom: int) -> PlaysFeature:
    return PlaysFeature(
        id=f"{zoom}/{cell['x']}/{cell['y']}",
        bbox=(cell["west"], cell["south"], cell["east"], cell["north"]),
        geometry=MapPoint(coordinates=(cell["longitude"], cell["latitude"])),
        properties=Plays.model_validate({n: cell[n] for n in Plays.model_fields if n in cell}),
    )


def _arcs(case: Mapping[str, Any], *, exact: bool) -> list[dict[str, Any]]:
    """Return the lines of a case: from each place of a finding to the next, each once."""
    paths = [_positions(path, exact=exact) for path in case["paths"]]
    return [{"geometry": _geometry(*leg), "properties": case} for leg in legs(paths)]


def _geometry(start: Position, end: Position) -> Line | CutLine:
    parts = line(start, end)
    return Line(coordinates=parts[0]) if len(parts) == 1 else CutLine(coordinates=parts)


def _positions(places: Iterable[Mapping[str, Any] | None], *, exact: bool) -> list[Position]:
    return [
        (_degrees(place["longitude"], exact=exact), _degrees(place["latitude"], exact=exact))
        for place in places
        if place and None not in {place["latitude"], place["longitude"]}
    ]


def _degrees(value: float, *, exact: bool) -> float:
    return value if exact else round(value, 1)
