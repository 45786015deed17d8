"""The control endpoint as docs/playback-control.md has it, against its reference receiver."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from functions.notify.controls import playback
from shared.domain.action_state import ActionKind
from shared.domain.delivery import DeliveryError
from shared.domain.order import Account, Order, Stream
from tests.conftest import ROOT
from tests.integration.actions.playback_service import SECRET, PlaybackService

DOC = (Path(ROOT) / "docs" / "playback-control.md").read_text("utf-8")
ORDER = Order(
    id=UUID("01995d3a-5b1c-7c9e-8a51-0f6f6d4c2b7e"),
    kind=ActionKind.TERMINATE_STREAM,
    user_id=UUID("01980000-0000-7000-8000-000000000001"),
    user_name="ada",
    accounts=(Account(server_id="main", account_id="7"),),
    stream=Stream(
        session_id=UUID("01995d39-0c11-7d2f-9d60-7d1f6a0c55aa"),
        session_key="a1",
        source="revenge",
        account_id="7",
        device_id="tv-1",
        content_id="m1",
        title="Night Ferry",
    ),
    message="One stream at a time.",
    reason="Played 2 streams at once.",
)


def config(service: PlaybackService, secret: str = SECRET) -> dict[str, object]:
    return {
        "kind": "revenge",
        "url": service.url,
        "secret": secret,
        "allow_private_network": True,
    }


async def test_a_repeat_has_the_same_key_and_no_second_effect(service: PlaybackService) -> None:
    service.streams.add("a1")
    first = await playback.carry_out(config(service), ORDER)
    again = await playback.carry_out(config(service), ORDER)
    assert (first.status, again.status) == (202, 202)
    assert list(service.done) == ["act_01995d3a5b1c7c9e8a510f6f6d4c2b7e"]


@pytest.mark.parametrize(("status", "is_gone"), [(200, False), (204, False), (404, True), (409, True)])  # fmt: skip
async def test_each_answer_means_what_the_page_says(
    service: PlaybackService,
    status: int,
    is_gone: bool,  # noqa: FBT001
) -> None:
    service.out_of_order = [status]
    taken = await playback.carry_out(config(service), ORDER)
    assert (taken.status, taken.is_gone) == (status, is_gone)


@pytest.mark.parametrize(("status", "permanent"), [(410, True), (400, False), (500, False)])
async def test_other_answers_are_failures_and_410_is_for_good(
    service: PlaybackService,
    status: int,
    permanent: bool,  # noqa: FBT001
) -> None:
    service.out_of_order = [status]
    with pytest.raises(DeliveryError) as caught:
        await playback.carry_out(config(service), ORDER)
    assert (caught.value.status, caught.value.permanent) == (status, permanent)


async def test_accounts_are_suspended_and_let_in_by_the_same_request(
    service: PlaybackService,
) -> None:
    suspend = replace(ORDER, id=uuid4(), kind=ActionKind.SUSPEND_ACCOUNT, stream=None)
    await playback.carry_out(config(service), suspend)
    assert service.suspended == {str(ORDER.user_id)}
    unsuspend = replace(suspend, id=uuid4(), kind=ActionKind.UNSUSPEND_ACCOUNT)
    await playback.carry_out(config(service), unsuspend)
    assert service.suspended == set()
    assert "session" not in service.said[0]["data"]


async def test_who_has_another_secret_is_not_believed(service: PlaybackService) -> None:
    with pytest.raises(DeliveryError, match="401"):
        await playback.carry_out(config(service, SECRET.replace("Mf", "Mg")), ORDER)
    assert service.seen == []


def test_a_body_that_was_tampered_with_does_not_verify() -> None:
    body = json.dumps({"type": "ping"}).encode()
    at = playback.utc_now()
    headers = playback.signed_headers(SECRET, message_id="ping_1", at=at, body=body)
    Webhook(SECRET).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"ping", b"pong"), headers)


def test_the_page_shows_what_is_sent() -> None:
    shown = [json.loads(block.split("```")[0]) for block in DOC.split("```json\n")[1:]]
    example = next(block for block in shown if block.get("type") == "session.terminate")
    assert example["data"] == playback.to_data(ORDER)
    for name in playback.TYPES.values():
        assert f"`{name}`" in DOC
