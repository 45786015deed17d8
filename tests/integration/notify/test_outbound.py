import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest

from functions.notify import outbound
from functions.notify.outbound import Answer
from shared.domain.delivery import DeliveryError
from shared.domain.network import Address
from tests.certificates import write_certificate
from tests.integration.notify.recipient import Recipient, Reply


async def post(url: str, *, private: bool = True, seconds: float = 5.0, **names: str) -> Answer:
    asked: list[str] = []

    def resolve(host: str, _: int) -> list[Address]:
        asked.append(host)
        assert len(asked) == 1, "a name is looked up once"
        return [ip_address(text) for text in names.get("addresses", "127.0.0.1").split()]

    return await outbound.post(
        url,
        b"{}",
        {"Content-Type": "application/json"},
        allow_private_network=private,
        timeout_seconds=seconds,
        resolve=resolve,
    )


@contextmanager
def answering_with(chunks: list[bytes], pause: float) -> Generator[int]:
    """Accept one connection and write a chunk now and then."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    for chunk in chunks:
                        connection.sendall(chunk)
                        time.sleep(pause)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


async def test_the_connection_goes_to_the_address_that_was_checked(recipient: Recipient) -> None:
    answer = await post(f"http://hooks.example.org:{recipient.port}/x")
    assert (answer.status, answer.host) == (200, "hooks.example.org")
    assert recipient.received[0].headers["Host"] == f"hooks.example.org:{recipient.port}"


async def test_a_name_that_leads_into_our_network_is_refused(recipient: Recipient) -> None:
    for addresses in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254 10.0.0.1"):
        with pytest.raises(DeliveryError, match="private network") as caught:
            await post(
                f"http://hooks.example.org:{recipient.port}/x", private=False, addresses=addresses
            )
        assert not caught.value.permanent
    assert recipient.received == []


async def test_a_name_that_leads_to_where_a_cloud_keeps_its_secrets_is_never_called(
    recipient: Recipient,
) -> None:
    url = f"http://hooks.example.org:{recipient.port}/x"
    for addresses in ("169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254"):
        with pytest.raises(DeliveryError, match="never called"):
            await post(url, addresses=addresses)
    assert (await post(url, addresses="169.254.169.254 127.0.0.1")).status == 200


async def test_of_mixed_addresses_only_the_public_ones_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[object] = []

    def refuse(address: object, **_: object) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(DeliveryError, match="No connection"):
        await post(
            "https://hooks.example.org/x", private=False, addresses="127.0.0.1 1.1.1.1 10.0.0.1"
        )
    assert tried == [("1.1.1.1", 443)]


async def test_the_next_address_is_tried_where_one_refuses(recipient: Recipient) -> None:
    answer = await post(
        f"http://hooks.example.org:{recipient.port}/x", addresses="127.0.0.2 127.0.0.1"
    )
    assert answer.status == 200


async def test_an_address_in_unusual_writing_is_looked_at_too(recipient: Recipient) -> None:
    with pytest.raises(DeliveryError, match="private network"):
        await outbound.post(
            f"http://2130706433:{recipient.port}/", b"{}", {}, allow_private_network=False
        )


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(
    recipient: Recipient, other_recipient: Recipient, status: int
) -> None:
    recipient.replies[0] = Reply(status, {"Location": other_recipient.url()})
    answer = await post(recipient.url())
    assert answer.status == status
    assert other_recipient.received == []
    with pytest.raises(DeliveryError, match="Redirects are not followed"):
        outbound.require_success(answer, gone=(), gone_reason="")


async def test_proxies_of_the_environment_are_not_used(
    recipient: Recipient, other_recipient: Recipient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", other_recipient.url(""))
    monkeypatch.setenv("http_proxy", other_recipient.url(""))
    await post(recipient.url())
    assert other_recipient.received == []
    assert len(recipient.received) == 1


async def test_silence_ends_after_the_timeout(recipient: Recipient) -> None:
    recipient.replies[0] = Reply(after_seconds=5)
    began = time.monotonic()
    with pytest.raises(DeliveryError, match=r"did not answer within 0\.3 s"):
        await post(recipient.url(), seconds=0.3)
    assert time.monotonic() - began < 4


async def test_a_byte_now_and_then_does_not_hold_a_request() -> None:
    head = b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100
    with answering_with([bytes([byte]) for byte in head], 0.1) as port:
        began = time.monotonic()
        with pytest.raises(DeliveryError, match="did not answer within"):
            await post(f"http://127.0.0.1:{port}/", seconds=0.5)
        assert time.monotonic() - began < 4


async def test_a_body_that_never_ends_does_not_undo_the_status() -> None:
    chunks = [b"HTTP/1.1 200 OK\r\n\r\n"] + [b"x"] * 100
    with answering_with(chunks, 0.1) as port:
        began = time.monotonic()
        assert (await post(f"http://127.0.0.1:{port}/", seconds=0.5)).status == 200
        assert time.monotonic() - began < 4


async def test_a_huge_answer_is_not_read() -> None:
    chunks = [b"HTTP/1.1 500 Oh\r\n\r\n", b"x" * 50_000_000]
    with answering_with(chunks, 0) as port:
        answer = await post(f"http://127.0.0.1:{port}/")
    assert len(answer.body) <= 4_096


@pytest.mark.parametrize("junk", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
async def test_what_is_no_http_is_a_failure_without_secrets(junk: bytes) -> None:
    with answering_with([junk], 0) as port, pytest.raises(DeliveryError) as caught:
        await post(f"http://127.0.0.1:{port}/s3cr3t")
    assert "s3cr3t" not in caught.value.reason


async def test_no_address_is_logged_even_when_all_is(
    recipient: Recipient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await post(recipient.url("/s3cr3t"))
    assert "s3cr3t" not in caplog.text


async def test_a_closed_port_and_an_unknown_name_are_failures() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DeliveryError, match="No connection to"):
        await post(f"http://127.0.0.1:{port}/")
    with pytest.raises(DeliveryError, match=r"The name .* is unknown"):
        await outbound.post(f"http://{'x' * 70}.example/", b"", {}, allow_private_network=True)


@contextmanager
def speaking_tls(folder: Path, asked_for: list[str]) -> Generator[int]:
    """Shake hands with a certificate nobody signed, and note which name was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(folder / "self-signed.pem", "hooks.example.org"))
    context.sni_callback = lambda _, name, __: asked_for.append(str(name))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with contextlib.suppress(OSError), connection:
                context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


async def test_tls_asks_for_the_name_and_wants_a_certificate_of_somebody_known(
    tmp_path: Path,
) -> None:
    asked_for: list[str] = []
    refused = pytest.raises(DeliveryError, match="is its certificate valid")
    with speaking_tls(tmp_path, asked_for) as port, refused:
        await post(f"https://hooks.example.org:{port}/x")
    assert asked_for == ["hooks.example.org"]


async def test_a_plain_server_is_no_https_server(recipient: Recipient) -> None:
    with pytest.raises(DeliveryError, match="No secure connection"):
        await post(f"https://127.0.0.1:{recipient.port}/")


async def test_slow_recipients_leave_room_for_quick_ones(
    recipient: Recipient, other_recipient: Recipient
) -> None:
    recipient.replies[0] = Reply(after_seconds=1)
    slow = [asyncio.create_task(post(recipient.url())) for _ in range(12)]
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await post(other_recipient.url())
    assert time.monotonic() - began < 0.5
    await asyncio.gather(*slow)
