"""Tokens of the host's by its published keys: these rotate, are forged, and are away at times."""

import base64
import hmac
import json
import threading
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from shared.domain.permissions import Permission
from shared.errors import UnauthenticatedError, UnavailableError
from shared.services.host_tokens import HostTokens
from shared.settings import read_settings
from tests.conftest import environment

SECRET = "the-secret-that-the-host-signs-with-0123"
URL = "postgresql://nobody@localhost/none"


class KeySet:
    """Publishes public keys as hosts do, and keeps the private ones."""

    def __init__(self) -> None:
        self.private: dict[str, rsa.RSAPrivateKey] = {}
        self.asked = 0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked += 1
                body = owner.document()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                del format, args

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"

    def add(self, kid: str) -> None:
        self.private[kid] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def document(self) -> bytes:
        public = {
            kid: RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            for kid, key in self.private.items()
        }
        listed = [jwk | {"kid": kid, "use": "sig", "alg": "RS256"} for kid, jwk in public.items()]
        return json.dumps({"keys": listed}).encode()

    def token(self, kid: str = "k1", **said: object) -> str:
        return jwt.encode(
            claims(**said), self.private[kid], algorithm="RS256", headers={"kid": kid}
        )


def claims(**said: object) -> dict[str, object]:
    now = datetime.now(UTC)
    return {"sub": str(uuid4()), "role": "viewer", "exp": now + timedelta(hours=1)} | said


@pytest.fixture
def key_set() -> Generator[KeySet]:
    keys = KeySet()
    keys.add("k1")
    thread = threading.Thread(target=keys.server.serve_forever)
    thread.start()
    yield keys
    keys.server.shutdown()
    thread.join()
    keys.server.server_close()


def tokens(**said: str) -> HostTokens:
    given = {f"REVENGE_JWT_{name.upper()}": value for name, value in said.items()}
    return HostTokens(read_settings(environment(URL) | given, ""))


async def test_a_token_signed_with_a_published_key_is_accepted(key_set: KeySet) -> None:
    read = await tokens(jwks_url=key_set.url).read(key_set.token())
    assert read.caller.may(Permission.SESSIONS_VIEW)
    assert read.expires_at > datetime.now(UTC) + timedelta(minutes=59)


async def test_a_token_of_another_key_by_the_same_name_is_refused(key_set: KeySet) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = jwt.encode(claims(role="admin"), other, algorithm="RS256", headers={"kid": "k1"})
    with pytest.raises(UnauthenticatedError):
        await tokens(jwks_url=key_set.url).read(forged)


@pytest.mark.parametrize("with_secret", [False, True])
async def test_a_public_key_is_no_shared_secret(key_set: KeySet, *, with_secret: bool) -> None:
    public = key_set.private["k1"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = jwt.encode(claims(role="admin"), SECRET, algorithm="HS256").rpartition(".")[0]
    signed = hmac.digest(pem, said.encode(), "sha256")
    signature = base64.urlsafe_b64encode(signed).decode().rstrip("=")
    host = tokens(jwks_url=key_set.url, **({"secret": SECRET} if with_secret else {}))
    with pytest.raises(UnauthenticatedError):
        await host.read(f"{said}.{signature}")


async def test_keys_that_are_made_up_have_the_set_fetched_once(key_set: KeySet) -> None:
    host = tokens(jwks_url=key_set.url)
    key_set.add("k2")
    token = key_set.token("k2")
    del key_set.private["k2"]
    for _ in range(5):
        with pytest.raises(UnauthenticatedError):
            await host.read(token)
    assert key_set.asked <= 2


async def test_a_host_that_changes_its_key_is_understood(
    key_set: KeySet, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = tokens(jwks_url=key_set.url)
    await host.read(key_set.token())
    key_set.add("k2")
    monkeypatch.setattr(vars(host)["_key_set"], "cooldown_duration", 0)
    assert (await host.read(key_set.token("k2"))).caller.may(Permission.SESSIONS_VIEW)


async def test_keys_that_cannot_be_fetched_are_no_fault_of_the_token(key_set: KeySet) -> None:
    token = key_set.token()
    host = tokens(jwks_url="http://127.0.0.1:9/keys")
    for _ in range(2):
        with pytest.raises(UnavailableError) as raised:
            await host.read(token)
        assert raised.value.code == "host_keys_unavailable"
        assert raised.value.retry_after


async def test_what_is_known_of_the_keys_outlives_the_hosts_absence(key_set: KeySet) -> None:
    host = tokens(jwks_url=key_set.url)
    await host.read(key_set.token())
    asked = key_set.asked
    key_set.server.shutdown()
    assert (await host.read(key_set.token())).caller.may(Permission.SESSIONS_VIEW)
    assert key_set.asked == asked


@pytest.mark.parametrize(
    ("setting", "claim"), [("audience", "aud"), ("issuer", "iss")], ids=["audience", "issuer"]
)
async def test_a_token_made_for_somebody_else_or_by_somebody_else_is_refused(
    setting: str, claim: str
) -> None:
    host = tokens(secret=SECRET, **{setting: "ours"})
    right = jwt.encode(claims(**{claim: "ours"}), SECRET, algorithm="HS256")
    assert (await host.read(right)).caller.may(Permission.SESSIONS_VIEW)
    for said in ({claim: "theirs"}, {}):
        wrong = jwt.encode(claims(**said), SECRET, algorithm="HS256")
        with pytest.raises(UnauthenticatedError):
            await host.read(wrong)
