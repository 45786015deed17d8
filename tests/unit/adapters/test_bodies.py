"""The text within a body: found in whatever carries it, and nothing else kept."""

import json
import time
import tracemalloc
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from functions.ingest_session.adapters.bodies import (
    MAX_BODY_BYTES,
    MAX_TEXT_BYTES,
    read_text,
)
from functions.ingest_session.adapters.documents import read_objects

TEXT = b'{"event": "media.play"}'
MULTIPART = "multipart/form-data; boundary=----4f1c"


def multipart(*parts: tuple[str, bytes]) -> bytes:
    written = b"".join(
        b"------4f1c\r\nContent-Disposition: form-data; "
        + head.encode()
        + b"\r\n\r\n"
        + body
        + b"\r\n"
        for head, body in parts
    )
    return written + b"------4f1c--\r\n"


async def in_pieces(body: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def read(content_type: str, body: bytes, size: int = 65_536) -> bytes | None:
    return await read_text(content_type, in_pieces(body, size))


PAYLOAD = ('name="payload"\r\nContent-Type: application/json', TEXT)
POSTER = ('name="thumb"; filename="thumb.jpg"\r\nContent-Type: image/jpeg', b"\xff\xd8\r\n--" * 999)


@pytest.mark.parametrize("size", [1, 7, 65_536])
@pytest.mark.parametrize("parts", [(PAYLOAD,), (PAYLOAD, POSTER), (POSTER, PAYLOAD)])
async def test_the_payload_is_found_beside_a_poster(
    parts: tuple[tuple[str, bytes], ...], size: int
) -> None:
    assert await read(MULTIPART, multipart(*parts), size) == TEXT


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json; charset=utf-8", TEXT),
        ("text/plain; charset=utf-8", TEXT),
        ("", TEXT),
        ("application/x-www-form-urlencoded", TEXT),
        ("application/x-www-form-urlencoded", b"payload=%7B%22event%22:+%22media.play%22%7D"),
        ("text/plain", b"x=1&data=%7B%22event%22:+%22media.play%22%7D"),
        (MULTIPART, multipart(('name="data"', TEXT))),
    ],
)
async def test_the_text_is_found_whatever_its_type_is_said_to_be(
    content_type: str, body: bytes
) -> None:
    assert await read(content_type, body) == TEXT


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (MULTIPART, multipart(POSTER)),
        (MULTIPART, multipart(PAYLOAD)[:40]),
        (MULTIPART, TEXT),
        ("multipart/form-data", multipart(PAYLOAD)),
        (f"multipart/form-data; boundary={'b' * 999}", multipart(PAYLOAD)),
        (MULTIPART, multipart(('name="payload"', b" " * (MAX_TEXT_BYTES + 1)))),
        ("application/json", b" " * (MAX_TEXT_BYTES + 1)),
    ],
)
async def test_a_body_without_a_text_to_keep_gives_none(content_type: str, body: bytes) -> None:
    assert await read(content_type, body) is None


async def test_a_poster_of_20_megabytes_passes_by_without_being_kept() -> None:
    async def endless() -> AsyncIterator[bytes]:
        head = multipart(PAYLOAD).removesuffix(b"------4f1c--\r\n")
        yield head + b'------4f1c\r\nContent-Disposition: form-data; name="thumb"\r\n\r\n'
        for _ in range(320):
            yield b"\x00" * 65_536
        yield b"\r\n------4f1c--\r\n"

    tracemalloc.start()
    assert await read_text(MULTIPART, endless()) == TEXT
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


async def test_a_body_beyond_all_reason_is_read_no_further_and_its_payload_counts() -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield multipart(PAYLOAD).removesuffix(b"--\r\n") + b"\r\n\r\n"
        while True:
            taken += 1_000_000
            yield b"\x00" * 1_000_000

    assert await read_text(MULTIPART, endless()) == TEXT
    assert taken <= MAX_BODY_BYTES + 1_000_000


async def test_a_sender_that_hangs_up_has_sent_nothing_or_all_that_counts() -> None:
    async def cut(body: bytes) -> AsyncIterator[bytes]:
        yield body
        raise ClientDisconnect

    whole = multipart(PAYLOAD, POSTER)
    assert await read_text(MULTIPART, cut(whole[:60])) is None
    assert await read_text(MULTIPART, cut(whole[:-60])) == TEXT


@given(st.binary(max_size=2_000), st.sampled_from(["", MULTIPART, "text/plain", "é\udcff; ="]))
async def test_any_bytes_at_all_are_read(body: bytes, content_type: str) -> None:
    text = await read(content_type, body)
    if text is not None:
        read_objects(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'\xef\xbb\xbf{"a": 1}', [{"a": 1}]),
        (b'{"a": "one\ntwo\tthree",}', [{"a": "one\ntwo\tthree"}]),
        (b'{"a": [1, 2,\n],\n}', [{"a": [1, 2]}]),
        (b'{"a": ",}",}', [{"a": ",}"}]),
        (b'{"a": "\\",]",}', [{"a": '",]'}]),
        (rb'{"a": "\&quot;x\&quot; \\&"}', [{"a": "&quot;x&quot; \\&"}]),
        (b'[{"a": 1}, 2, {"b": 3}]', [{"a": 1}, {"b": 3}]),
        (b"[]", []),
        (b"", None),
        (b"null", None),
        (b'"text"', None),
        (b"{{NotificationType}}", None),
        (b"{" * 100_000, None),
        (b"[" * 100_000, None),
        (b'{"a": ' + b"9" * 5_000 + b"}", None),
    ],
)
def test_a_document_is_read_as_leniently_as_it_is_safe(text: bytes, expected: object) -> None:
    assert read_objects(text) == expected


@pytest.mark.parametrize("text", [b'"' * 200_001, b'"\\' * 100_000, b"," * 200_000, b"{," * 99_999])
def test_a_document_that_is_none_is_given_up_soon(text: bytes) -> None:
    began = time.perf_counter()
    read_objects(text)
    assert time.perf_counter() - began < 20


def test_what_json_says_of_a_document_stays() -> None:
    said = {"a": ['x,]"', {"b": ",}"}], "c": 1.5}
    assert read_objects(json.dumps(said).encode()) == [said]
