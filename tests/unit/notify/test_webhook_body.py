import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from functions.notify.channels.webhook import MAX_BODY_BYTES, signed_headers, to_body
from shared.domain.delivery import OutgoingEvent
from shared.schemas.endpoints import new_secret

AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def event(payload: dict[str, Any]) -> OutgoingEvent:
    return OutgoingEvent(UUID(int=7), "violation.opened", payload, AT)


def test_the_vector_of_standard_webhooks_holds() -> None:
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_the_signature_holds_whatever_zone_the_clock_speaks() -> None:
    secret, body = new_secret(), '{"name":"Ænd ☃"}'.encode()
    now = datetime.now(timezone(timedelta(hours=-7)))
    headers = signed_headers(secret, message_id="msg_1", at=now, body=body)
    assert Webhook(secret).verify(body, headers) == {"name": "Ænd ☃"}


def test_a_body_tells_kind_time_and_payload() -> None:
    payload = {"violation": {"id": "1", "sentence": "Zwei Städte"}, "url": "https://a.example/1"}
    assert json.loads(to_body(event(payload))) == {
        "type": "violation.opened",
        "timestamp": "2026-11-20T20:00:00+00:00",
        "data": payload,
    }


def test_too_much_evidence_is_cut_and_the_ids_stay() -> None:
    segments = [{"session_id": str(UUID(int=n)), "title": "x" * 10_000} for n in range(500)]
    violation = {"id": "abc", "user_id": "u", "severity": 2, "details": {"segments": segments}}
    body = to_body(event({"violation": violation, "url": "https://a.example/abc"}))
    data = json.loads(body)["data"]
    assert len(body) < MAX_BODY_BYTES
    assert data["shortened"] is True
    assert data["url"] == "https://a.example/abc"
    assert (data["violation"]["id"], data["violation"]["severity"]) == ("abc", 2)
    assert data["violation"]["details"]["segments"]


def test_a_deep_payload_is_cut_to_its_ids() -> None:
    tree: dict[str, Any] = {}
    for _ in range(400):
        tree = {str(n): tree if n == 0 else "x" * 90 for n in range(5)}
    data = json.loads(to_body(event({"violation": {"id": "abc", "tree": tree}})))["data"]
    assert data == {"violation": {"id": "abc"}, "shortened": True}


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(st.dictionaries(st.text(max_size=10), json_values), st.integers(1, 100))
def test_no_body_is_ever_too_large(payload: dict[str, Any], times: int) -> None:
    body = to_body(event({"violation": {"id": "a"}, "more": [payload] * times}))
    assert len(body) < MAX_BODY_BYTES
    assert json.loads(body)["type"] == "violation.opened"
