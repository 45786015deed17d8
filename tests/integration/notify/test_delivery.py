import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook

from shared.domain.delivery import DELAYS, MAX_ATTEMPTS, Outcome
from shared.schemas.channels import ChannelChange
from shared.services import notifications
from shared.services.delivery import LEASE, PostOffice, deliver
from shared.services.vault import Vault
from shared.store import channels
from tests.integration.notify.office import SECRET, VIOLATION, Office
from tests.integration.notify.recipient import Recipient, Reply

LEASE_SECONDS = LEASE.total_seconds() + 1


async def test_an_event_arrives_signed(office: Office, recipient: Recipient) -> None:
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    assert await deliver(delivery_id, office.post) is Outcome.DELIVERED

    [received] = recipient.received
    body = Webhook(SECRET).verify(received.body, dict(received.headers))
    row = await office.delivery(delivery_id)
    assert (body["type"], body["data"]) == ("violation.opened", {"violation": VIOLATION})
    assert received.headers["webhook-id"] == f"msg_{row['event_id'].hex}"
    assert (row["state"], row["attempts"], row["last_status"]) == ("delivered", 1, 200)
    assert row["delivered_at"] is not None


async def test_discord_gets_an_embed_and_is_waited_for(
    office: Office, recipient: Recipient
) -> None:
    url = recipient.url("/api/webhooks/123/token")
    await office.add("chat", url, type="discord", username="Revenge")
    [delivery_id] = await office.write()
    assert await deliver(delivery_id, office.post) is Outcome.DELIVERED
    [received] = recipient.received
    message = json.loads(received.body)
    assert received.path == "/api/webhooks/123/token?wait=true"
    assert message["embeds"][0]["title"] == "ada: impossible travel"
    assert message["username"] == "Revenge"


async def test_a_thread_of_discord_is_kept(office: Office, recipient: Recipient) -> None:
    url = recipient.url("/api/webhooks/123/token?thread_id=9")
    await office.add("chat", url, type="discord")
    await deliver((await office.write())[0], office.post)
    assert recipient.received[0].path == "/api/webhooks/123/token?thread_id=9&wait=true"


async def test_a_delivery_that_is_done_is_not_made_again(
    office: Office, recipient: Recipient
) -> None:
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    await deliver(delivery_id, office.post)
    office.clock.pass_seconds(LEASE_SECONDS)
    assert await deliver(delivery_id, office.post) is None
    assert await deliver(uuid4(), office.post) is None
    assert len(recipient.received) == 1


async def test_a_failure_is_tried_again_after_a_while_with_a_fresh_signature(
    office: Office, recipient: Recipient
) -> None:
    recipient.replies.appendleft(Reply(500, body=b"  out of\n coffee "))
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    assert await deliver(delivery_id, office.post) is Outcome.FAILED
    row = await office.delivery(delivery_id)
    assert row["last_error"] == (
        "127.0.0.1 answered 500 Internal Server Error. It said: out of coffee"
    )
    assert await deliver(delivery_id, office.post) is None

    await asyncio.sleep(1)  # a signature's time counts in seconds
    office.clock.pass_seconds(7)
    assert await deliver(delivery_id, office.post) is Outcome.DELIVERED
    first, second = recipient.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert first.body == second.body
    for received in (first, second):
        Webhook(SECRET).verify(received.body, dict(received.headers))


async def test_after_ten_failures_a_delivery_is_dead_and_can_be_begun_anew(
    office: Office, recipient: Recipient
) -> None:
    recipient.replies[0] = Reply(503)
    channel = await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    for delay in DELAYS:
        assert await deliver(delivery_id, office.post) is Outcome.FAILED
        office.clock.pass_seconds(delay.total_seconds() * 1.2 + 1)
    assert await deliver(delivery_id, office.post) is Outcome.DEAD
    assert len(recipient.received) == 10
    assert (await office.channel(channel.id)).dead == 1

    recipient.replies[0] = Reply()
    view = await office.database.run(
        lambda c: notifications.redrive(c, delivery_id, now=office.clock())
    )
    assert (view.state, view.attempts) == ("pending", 0)
    assert await deliver(delivery_id, office.post) is Outcome.DELIVERED


async def test_gone_disables_the_channel_and_says_why(office: Office, recipient: Recipient) -> None:
    recipient.replies[0] = Reply(410)
    channel = await office.add("hook", recipient.url())
    [first] = await office.write()
    [second] = await office.write()
    assert await deliver(first, office.post) is Outcome.DEAD
    shown = await office.channel(channel.id)
    assert not shown.enabled
    assert shown.disabled_reason == "127.0.0.1 answered 410 Gone: it wants no more messages."
    row = await office.delivery(second)
    assert (row["state"], row["attempts"]) == ("dead", 0)
    assert "wants no more messages" in row["last_error"]
    assert await office.write() == []


@pytest.mark.parametrize("status", [401, 404])
async def test_a_deleted_discord_webhook_disables_the_channel(
    office: Office, recipient: Recipient, status: int
) -> None:
    recipient.replies[0] = Reply(status, body=b'{"message": "Unknown Webhook", "code": 10015}')
    channel = await office.add("chat", recipient.url("/api/webhooks/1/t"), type="discord")
    [delivery_id] = await office.write()
    assert await deliver(delivery_id, office.post) is Outcome.DEAD
    assert "was deleted" in str((await office.channel(channel.id)).disabled_reason)


async def test_a_missing_page_of_a_webhook_is_an_ordinary_failure(
    office: Office, recipient: Recipient
) -> None:
    recipient.replies[0] = Reply(404)
    channel = await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    assert await deliver(delivery_id, office.post) is Outcome.FAILED
    assert (await office.channel(channel.id)).enabled


def in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize("spelling", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_honoured(
    office: Office, recipient: Recipient, spelling: str, status: int
) -> None:
    asked = "3600" if spelling == "seconds" else in_an_hour()
    recipient.replies.appendleft(Reply(status, {"Retry-After": asked}))
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    assert await deliver(delivery_id, office.post) is Outcome.FAILED
    waits = (await office.delivery(delivery_id))["next_attempt_at"] - office.clock()
    assert timedelta(minutes=59) < waits < timedelta(minutes=73)


async def test_a_rate_limit_holds_whatever_waits_for_the_channel(
    office: Office, recipient: Recipient, other_recipient: Recipient
) -> None:
    limited = Reply(429, {"Retry-After": "1"}, b'{"retry_after": 90.5, "global": false}')
    recipient.replies.appendleft(limited)
    await office.add("a chat", recipient.url("/api/webhooks/1/t"), type="discord")
    await office.add("b hook", other_recipient.url())
    [first, unlimited] = await office.write()
    [second, _] = await office.write()
    assert await deliver(first, office.post) is Outcome.FAILED
    office.clock.pass_seconds(80)
    assert await deliver(second, office.post) is None
    assert await deliver(unlimited, office.post) is Outcome.DELIVERED
    office.clock.pass_seconds(11)
    assert await deliver(second, office.post) is Outcome.DELIVERED


async def test_a_rate_limit_page_of_cloudflare_is_understood(
    office: Office, recipient: Recipient
) -> None:
    recipient.replies[0] = Reply(429, {"Retry-After": "60"}, b"<html>slow down</html>")
    await office.add("chat", recipient.url("/api/webhooks/1/t"), type="discord")
    [delivery_id] = await office.write()
    assert await deliver(delivery_id, office.post) is Outcome.FAILED
    waits = (await office.delivery(delivery_id))["next_attempt_at"] - office.clock()
    assert waits > timedelta(seconds=59)


async def test_a_redirect_is_a_failure(office: Office, recipient: Recipient) -> None:
    recipient.replies[0] = Reply(308, {"Location": "/elsewhere"})
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    assert await deliver(delivery_id, office.post) is Outcome.FAILED
    assert [received.path for received in recipient.received] == ["/hook"]


async def test_two_at_once_make_one_attempt(office: Office, recipient: Recipient) -> None:
    recipient.replies[0] = Reply(after_seconds=0.2)
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    outcomes = await asyncio.gather(*(deliver(delivery_id, office.post) for _ in range(8)))
    assert sorted(map(str, outcomes)) == ["None"] * 7 + ["delivered"]
    assert len(recipient.received) == 1


async def test_a_late_success_counts_even_after_the_lease(
    office: Office, recipient: Recipient
) -> None:
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    again: list[Outcome | None] = []

    async def sends_slowly(*_: object) -> int:
        recipient.replies[0] = Reply(500)
        office.clock.pass_seconds(LEASE_SECONDS)
        again.append(await deliver(delivery_id, office.post))
        return 200

    slow = PostOffice(office.database, office.vault, {"webhook": sends_slowly}, office.clock)
    assert await deliver(delivery_id, slow) is Outcome.DELIVERED
    assert again == [Outcome.FAILED]
    assert (await office.delivery(delivery_id))["state"] == "delivered"


async def test_a_late_failure_does_not_undo_what_another_did(
    office: Office, recipient: Recipient
) -> None:
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()

    async def fails_slowly(*_: object) -> int:
        office.clock.pass_seconds(LEASE_SECONDS)
        await deliver(delivery_id, office.post)
        raise OSError("the line broke")

    slow = PostOffice(office.database, office.vault, {"webhook": fails_slowly}, office.clock)
    await deliver(delivery_id, slow)
    assert (await office.delivery(delivery_id))["state"] == "delivered"


async def test_what_never_comes_to_an_end_is_given_up(office: Office, recipient: Recipient) -> None:
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    await office.execute("UPDATE deliveries SET attempts = %s", MAX_ATTEMPTS)
    assert await deliver(delivery_id, office.post) is Outcome.DEAD
    assert recipient.received == []


async def test_a_defect_of_a_sender_is_a_failure_like_others(office: Office) -> None:
    await office.add("hook", "http://127.0.0.1:9/")
    [delivery_id] = await office.write()
    broken = PostOffice(office.database, office.vault, {}, office.clock)
    assert await deliver(delivery_id, broken) is Outcome.FAILED
    assert "on our side" in (await office.delivery(delivery_id))["last_error"]


async def test_a_changed_encryption_key_is_told_and_tried_again(
    office: Office,
) -> None:
    channel = await office.add("hook", "http://127.0.0.1:9/")
    [delivery_id] = await office.write()
    stranger = Vault(SecretStr(Fernet.generate_key().decode()))
    changed = PostOffice(office.database, stranger, office.post.senders, office.clock)
    assert await deliver(delivery_id, changed) is Outcome.FAILED
    assert "REVENGE_ENCRYPTION_KEY" in (await office.delivery(delivery_id))["last_error"]
    shown = await office.database.run(
        lambda c: notifications.get_channel(c, channel.id, vault=stranger)
    )
    assert (shown.name, shown.host) == ("hook", None)


async def test_a_channel_that_was_given_another_address_meanwhile_stays_enabled(
    office: Office, recipient: Recipient, other_recipient: Recipient
) -> None:
    recipient.replies[0] = Reply(410, after_seconds=0.5)
    channel = await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    sending = asyncio.create_task(deliver(delivery_id, office.post))
    while not recipient.received:  # noqa: ASYNC110  (it is received in another thread)
        await asyncio.sleep(0.02)
    config = {"type": "webhook", "url": other_recipient.url(), "allow_private_network": True}
    change = ChannelChange.model_validate({"config": config})
    await office.database.run(
        lambda c: notifications.update_channel(
            c, channel.id, change, vault=office.vault, now=office.clock()
        )
    )
    assert await sending is Outcome.DEAD
    assert (await office.channel(channel.id)).enabled


async def test_a_channel_that_is_enabled_again_gets_what_comes_next(
    office: Office, recipient: Recipient
) -> None:
    recipient.replies.appendleft(Reply(410))
    channel = await office.add("hook", recipient.url())
    await deliver((await office.write())[0], office.post)
    await office.database.run(
        lambda c: channels.update_channel(
            c, channel.id, name=None, config=None, enabled=True, now=office.clock()
        )
    )
    assert (await office.channel(channel.id)).disabled_reason is None
    assert await deliver((await office.write())[0], office.post) is Outcome.DELIVERED
