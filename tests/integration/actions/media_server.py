"""A media server of the tests' own: answers paths with what it is given, and keeps what it got."""

import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LIVE = Path(__file__).parents[2] / "payloads" / "live"


def live(name: str) -> Any:
    return json.loads((LIVE / f"{name}.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Answers:
    """Answers by method and path; what it does not know is 404, and a wrong token is 401.

    Attributes:
        token: the header that must be there, and its value.
    """

    token: tuple[str, str]
    known: dict[tuple[str, str], tuple[int, Any]] = field(
        default_factory=dict[tuple[str, str], tuple[int, Any]]
    )
    asked: list[Asked] = field(default_factory=list[Asked])
    open_paths: tuple[str, ...] = ()
    url: str = ""

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        self.asked.append(asked)
        name, value = self.token
        if asked.path not in self.open_paths and asked.headers.get(name) != value:
            return 401, b"<html>Unauthorized</html>"
        status, body = self.known.get((asked.method, asked.path), (404, None))
        is_raw = isinstance(body, bytes)
        return status, body if is_raw else b"" if body is None else json.dumps(body).encode()

    def made(self, method: str, path: str) -> list[Asked]:
        return [asked for asked in self.asked if (asked.method, asked.path) == (method, path)]


@contextmanager
def serving(answers: Answers) -> Generator[Answers]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond()

        def do_POST(self) -> None:
            self._respond()

        def _respond(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(
                self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body
            )
            status, said = answers.answer(asked)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    answers.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
