"""What there is more of than is needed: copies of one cut of a work, of which one is enough."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PureWindowsPath

from shared.domain.works import normalised

SAME_CUT = 1.05
"""Copies of a cut differ in length by less than this: films run 4 % faster at 25 frames a second."""

_EDITION = re.compile(r"\{edition-([^}]+)\}", re.IGNORECASE)
_CLASSES = ("SD", "480p", "720p", "1080p", "1440p", "2160p")


class Confidence(StrEnum):
    """How sure it is that copies are of one cut of one work."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a work.

    Attributes:
        server_id: which media server tells of it.
        item_id: whose it is, of the library.
        is_told: whether a provider knows the item.
        description: what parts of one version have in common; ``None`` if too little is known.
    """

    server_id: str
    library_id: str
    item_id: str
    id: str
    path: str | None
    size_bytes: int
    duration_ms: int | None
    resolution: str | None
    dynamic_range: str | None
    bitrate_kbps: int | None
    is_told: bool
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A version of a work: a file, or the parts it is in."""

    files: tuple[File, ...]

    @property
    def size_bytes(self) -> int:
        """Of all its parts."""
        return sum(file.size_bytes for file in self.files)

    @property
    def duration_ms(self) -> int | None:
        """Of all its parts, if that is known."""
        lengths = [file.duration_ms for file in self.files if file.duration_ms is not None]
        return sum(lengths) if len(lengths) == len(self.files) else None

    @property
    def edition(self) -> str:
        """What its path says in braces, as Plex has it."""
        found = _EDITION.search(self.files[0].path or "")
        return normalised(found[1]) if found else ""

    @property
    def quality(self) -> tuple[int, bool, int, int, str]:
        """What the best copy has most of."""
        first = self.files[0]
        known = first.resolution in _CLASSES
        return (
            _CLASSES.index(first.resolution) if known and first.resolution else -1,
            first.dynamic_range not in (None, "sdr"),
            first.bitrate_kbps or 0,
            self.size_bytes,
            first.path or f"{first.library_id}/{first.item_id}/{first.id}",
        )


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Copies of one cut, the one to keep first."""

    copies: tuple[Copy, ...]
    confidence: Confidence

    @property
    def size_bytes(self) -> int:
        """What all of them take."""
        return sum(copy.size_bytes for copy in self.copies)

    @property
    def reclaimable_bytes(self) -> int:
        """What all but the best take."""
        return self.size_bytes - self.copies[0].size_bytes


def duplicates(files: Sequence[File]) -> list[Duplicate]:
    """Return what there is more of than is needed, among the files of one work.

    1. The same path is one file, in whichever libraries and items, though one told of it before it
       changed; and so may be what another server has by another path, of the same name and size.
    2. Files of one item that are described alike, to the bitrate, are parts of one version; but
       where each is there as often as the others, to the byte, that is how often the version is.
    3. Versions with another edition in their path, or another length, are other cuts.
    4. Where a length is not known, the version is of the only cut there is, or of none.
    """
    found: list[Duplicate] = []
    is_told = all(file.is_told for file in files)
    for cut in _cuts(_copies(files)):
        if len(cut) > 1:
            ranked = sorted(cut, key=lambda copy: copy.quality, reverse=True)
            is_measured = all(copy.duration_ms is not None for copy in cut)
            sure = Confidence.HIGH if is_told and is_measured else Confidence.MEDIUM
            if not is_told and not is_measured:
                sure = Confidence.LOW
            found.append(Duplicate(tuple(ranked), sure))
    return found


def _copies(files: Sequence[File]) -> list[Copy]:
    """Return the versions there are: those that share a file are one, as who knows most of it says."""
    names = _names(files)
    versions: dict[object, dict[object, File]] = defaultdict(dict)
    for file in files:
        alike = (file.library_id, file.item_id, file.description or file.id)
        versions[alike].setdefault(names[file], file)
    told = [parts for alike in versions.values() for parts in _times(list(alike.values()))]
    copies: list[Copy] = []
    seen: set[object] = set()
    for parts in sorted(told, key=len, reverse=True):
        called = {name for file in parts for name in (names[file], file.path or names[file])}
        if seen.isdisjoint(called):
            copies.append(Copy(parts))
        seen |= called
    return copies


def _names(files: Sequence[File]) -> Mapping[File, object]:
    """Return what each file is called beside its path: the same for what may be the same file.

    Another server may see the same disk by another path; so of files that end alike, and have the
    same size, there are as many as one server has.
    """
    paths: dict[object, set[str]] = defaultdict(set)
    for file in files:
        if file.path is not None:
            paths[file.server_id, _ending(file.path), file.size_bytes].add(file.path)
    return {
        file: (file.library_id, file.item_id, file.id)
        if file.path is None
        else (
            ending := _ending(file.path),
            file.size_bytes,
            sorted(paths[file.server_id, ending, file.size_bytes]).index(file.path),
        )
        for file in files
    }


def _ending(path: str) -> str:
    return PureWindowsPath(path).name  # which knows both kinds of slashes


def _times(alike: Sequence[File]) -> list[tuple[File, ...]]:
    """Return the parts of each copy of a version: all are of one, unless each part is there again.

    The same part has the same size to the byte, which is known, and no other length.
    """
    lengths: dict[int, set[int]] = {}
    for file in alike:
        lengths.setdefault(file.size_bytes, set()).update({file.duration_ms or 0} - {0})
    same: dict[object, list[File]] = {}
    for file in alike:
        differ = len(lengths[file.size_bytes]) > 1
        part = (file.size_bytes or file.id, file.duration_ms if differ else None)
        same.setdefault(part, []).append(file)
    if len({len(files) for files in same.values()}) > 1:
        return [tuple(alike)]
    return list(zip(*same.values(), strict=True))


def _cuts(copies: Iterable[Copy]) -> list[list[Copy]]:
    cuts: list[list[Copy]] = []
    editions: dict[str, list[Copy]] = {}
    for copy in copies:
        editions.setdefault(copy.edition, []).append(copy)
    for edition in editions.values():
        cuts.extend(_by_length(edition))
    return cuts


def _by_length(copies: Sequence[Copy]) -> list[list[Copy]]:
    measured = sorted(
        (copy.duration_ms, number)
        for number, copy in enumerate(copies)
        if copy.duration_ms is not None
    )
    unmeasured = [copy for copy in copies if copy.duration_ms is None]
    cuts: list[list[Copy]] = []
    shortest = 0
    for length, number in measured:
        if not cuts or length >= shortest * SAME_CUT:
            cuts.append([])
            shortest = length
        cuts[-1].append(copies[number])
    if len(cuts) == 1:
        cuts[0].extend(unmeasured)
    return cuts or [unmeasured]
