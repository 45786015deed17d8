"""The JSON text within a request's body, read as a stream: all else passes by unkept.

Plex appends the item's poster to many webhooks. It is read, since a sender that is cut off tries
nothing again and fills its log, but never kept: what a request takes of memory is the text alone.
"""

from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

MAX_TEXT_BYTES = 256 * 1024
MAX_BODY_BYTES = 32 * 1024 * 1024

# Plex calls it payload, Emby data.
FIELDS = frozenset({b"payload", b"data"})
_MAX_FIELDS = 20
_JSON_BEGINS = (b"{", b"[", b"\xef\xbb\xbf")


@dataclass(slots=True)
class _Text:
    """A text that stops growing at the limit."""

    content: bytearray = field(default_factory=bytearray)
    too_long: bool = False
    complete: bool = False

    def append(self, piece: bytes) -> None:
        self.too_long = self.too_long or len(self.content) + len(piece) > MAX_TEXT_BYTES
        if not self.too_long:
            self.content += piece


class _MultipartText:
    """Keeps the first part whose name is one of ``FIELDS``."""

    def __init__(self, boundary: bytes) -> None:
        self.text = _Text()
        self._keeps = False
        self._name, self._value = bytearray(), bytearray()
        self._broken = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._more_name,
                "on_header_value": self._more_value,
                "on_header_end": self._end_header,
                "on_part_data": self._more_data,
                "on_part_end": self._end_part,
            },
        )

    def feed(self, piece: bytes) -> None:
        """Take a piece of the body; after an error, and after the text, nothing counts."""
        if self._broken or self.text.complete or self.text.too_long:
            return
        try:
            self._parser.write(piece)
        except FormParserError:
            self._broken = True

    def _begin_part(self) -> None:
        self._keeps = False

    def _more_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _more_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if bytes(self._name).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._keeps = options.get(b"name") in FIELDS and not self.text.complete
        self._name.clear()
        self._value.clear()

    def _more_data(self, data: bytes, start: int, end: int) -> None:
        if self._keeps:
            self.text.append(data[start:end])

    def _end_part(self) -> None:
        self.text.complete = self.text.complete or self._keeps
        self._keeps = False


async def read_text(content_type: str, pieces: AsyncIterable[bytes]) -> bytes | None:
    """Return the JSON text of a body; ``None`` if there is none, or more than a server sends.

    A body is multipart only if it says so; any other is JSON or a form, whatever it says it is.
    """
    kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
    if kind != b"multipart/form-data":
        text = _Text()
        await _drain(pieces, text.append)
        return None if text.too_long else _without_form(bytes(text.content))
    try:
        multipart = _MultipartText(options.get(b"boundary", b""))
    except FormParserError:
        return None
    await _drain(pieces, multipart.feed)
    text = multipart.text
    return bytes(text.content) if text.complete and not text.too_long else None


async def _drain(pieces: AsyncIterable[bytes], take: Callable[[bytes], None]) -> None:
    """Hand a body on piece by piece, until its end or beyond all reason."""
    taken = 0
    try:
        async for piece in pieces:
            taken += len(piece)
            if taken > MAX_BODY_BYTES:
                return
            take(piece)
    except ClientDisconnect:
        return


def _without_form(body: bytes) -> bytes:
    """Return the field of a form, if it is one, which JSON is not."""
    if body.lstrip().startswith(_JSON_BEGINS):
        return body
    try:
        fields = parse_qsl(body.strip(), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return body
    return next((value for name, value in fields if name in FIELDS), body)
