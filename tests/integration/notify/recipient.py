"""A recipient of messages: a real HTTP server that keeps what it gets and answers as it is told."""

import threading
from collections import deque
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    after_seconds: float = 0.0


class Recipient:
    """Answers with each reply once, in order, and with the last one for ever."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.replies: deque[Reply] = deque([Reply()])
        self.ended = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def port(self) -> int:
        return self.server.server_port

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recipient = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                recipient.received.append(Received(self.path, dict(self.headers), body))
                replies = recipient.replies
                reply = replies.popleft() if len(replies) > 1 else replies[0]
                recipient.ended.wait(reply.after_seconds)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002
                pass

        return Handler


@contextmanager
def listening() -> Generator[Recipient]:
    recipient = Recipient()
    thread = threading.Thread(target=recipient.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield recipient
    finally:
        recipient.ended.set()
        recipient.server.shutdown()
        recipient.server.server_close()
        thread.join()
