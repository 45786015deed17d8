"""Values as media servers write them: any type in any field, depending on the version.

Each function returns what is meant, or ``None`` where nothing is, or where a column could not hold
it. None of them ever raises: "" and null are unknown, never 0.
"""

import hashlib
import html
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from shared.domain.media import MOST_KBPS

Object = Mapping[str, Any]

NOTHING: Object = {}

TEXT_LENGTH = 1_000
IDENTIFIER_LENGTH = 200

_DIGEST_LENGTH = 32
_LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_TICKS_PER_MS = 10_000
# As long as the native interface takes: a year.
_LONGEST_MS = 31_536_000_000

_TRUE = frozenset({"1", "true", "yes"})
_FALSE = frozenset({"0", "false", "no"})


def part(said: Object, name: str) -> Object:
    """Return an object within an object; an empty one where there is none."""
    value = said.get(name)
    return cast("Object", value) if isinstance(value, dict) else {}


def parts(said: Object, name: str) -> Iterator[Object]:
    """Yield the objects of a list; a single object counts as a list of one."""
    value = said.get(name)
    for inner in cast("list[Any]", value) if isinstance(value, list) else [value]:
        if isinstance(inner, dict):
            yield cast("Object", inner)


def first(objects: Iterable[Object]) -> Object:
    """Return the first of some objects; an empty one where there is none."""
    return next(iter(objects), NOTHING)


def text(value: object, limit: int = TEXT_LENGTH) -> str | None:
    """Return a text that can be stored: without NUL and halves of characters, cut to a length."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _number_text(value)
    if not isinstance(value, str):
        return None
    storable = value.replace("\x00", "").encode("utf-8", "ignore").decode()
    return storable.strip()[:limit].strip() or None


def unescaped(value: object) -> object:
    r"""Return a text as it was before a template engine or a serialiser escaped it.

    Undoes a literal ``\"`` and HTML entities, where there are any.
    """
    if not isinstance(value, str):
        return value
    plain = value.replace('\\"', '"')
    return html.unescape(plain) if _ENTITY.search(plain) else plain


def identifier(value: object) -> str | None:
    """Return an id of at most 200 characters; a longer one keeps its head and gets its digest.

    A browser's device id can be long, and what tells two of them apart stands at its end.
    """
    whole = text(value, limit=100_000)
    if whole is None or len(whole) <= IDENTIFIER_LENGTH:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{whole[: IDENTIFIER_LENGTH - _DIGEST_LENGTH - 1]}~{digest}"


def hex_id(value: object) -> str | None:
    """Return an id of Jellyfin's or Emby's: 32 digits without dashes, else as it is.

    All zeros stand for nobody and nothing.
    """
    whole = identifier(value)
    if whole is None:
        return None
    bare = whole.replace("-", "").lower()
    if not _HEX_ID.fullmatch(bare):
        return whole
    return bare if bare.strip("0") else None


def whole(value: object, low: int, high: int) -> int | None:
    """Return a whole number within bounds; fractions are cut."""
    number = real(value, low, high)
    return None if number is None else math.trunc(number)


def real(value: object, low: float, high: float) -> float | None:
    """Return a finite number within bounds."""
    number = _number(value)
    return number if number is not None and low <= number <= high else None


def count(value: object, high: int) -> int | None:
    """Return a whole number of which 0 means that it is not known."""
    return whole(value, 1, high)


def flag(value: object) -> bool | None:
    """Return a truth value, which may be written as true, 1, "1" or "True"."""
    if isinstance(value, bool):
        return value
    word = (text(value) or "").lower()
    return True if word in _TRUE else False if word in _FALSE else None


def milliseconds(value: object) -> timedelta | None:
    """Return a duration given in milliseconds (Plex); a year at most."""
    number = whole(value, 0, _LONGEST_MS)
    return None if number is None else timedelta(milliseconds=number)


def ticks(value: object) -> timedelta | None:
    """Return a duration given in ticks of 100 ns (Jellyfin, Emby), to the millisecond."""
    number = whole(value, 0, _LONGEST_MS * _TICKS_PER_MS)
    return None if number is None else timedelta(milliseconds=number // _TICKS_PER_MS)


def duration_ms(length: timedelta | None) -> int | None:
    """Return the length of an item as the column holds it; none is unknown."""
    number = 0 if length is None else length // timedelta(milliseconds=1)
    return number or None


def kbps(value: object) -> int | None:
    """Return a bit rate given in bits per second in kbit/s."""
    number = count(value, MOST_KBPS * 1000)
    return None if number is None else max(1, number // 1000)


def instant(value: object, *, is_local: bool = False) -> datetime | None:
    """Return an instant in UTC, to the millisecond.

    Jellyfin and Emby give seven digits of a second; the year 1 means never. Without an offset it is
    UTC, or unknown if the server gives its local time there.
    """
    found = _INSTANT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or (is_local and found[4] is None):
        return None
    day, time, fraction, offset = found.groups()
    written = f"{day}T{time}.{(fraction or '')[:3]:0<3}{offset or 'Z'}"
    try:
        at = datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at > _NEVER else None


def known(**values: Any) -> dict[str, Any]:  # noqa: ANN401  (attributes of any type)
    """Return the values that are known."""
    return {name: value for name, value in values.items() if value is not None}


def _number(value: object) -> float | int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        word = value.strip()
        if len(word) > _LONGEST_NUMBER or not _NUMBER.fullmatch(word):
            return None
        value = int(word) if word.lstrip("+-").isdecimal() else float(word)
    if isinstance(value, int):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else None


def _number_text(value: float) -> str | None:
    """Return a number as an id is written: media servers count their users."""
    number = _number(value)
    if number is None or abs(number) >= 10**_LONGEST_NUMBER:
        return None
    return str(int(number)) if number == int(number) else str(number)
