import asyncio
import time
from datetime import timedelta

from shared.domain.delivery import OutgoingEvent
from shared.services.delivery import PostOffice
from shared.services.relay import relay
from shared.settings import Settings
from shared.store.database import Database
from tests.integration.notify.office import Office
from tests.integration.notify.recipient import Recipient, Reply


async def until_received(recipient: Recipient, count: int) -> None:
    while len(recipient.received) < count:  # noqa: ASYNC110  (it counts in other threads)
        await asyncio.sleep(0.02)


async def test_nothing_due_is_answered_at_once(office: Office) -> None:
    assert await relay(office.post) == {"delivered": 0, "failed": 0, "dead": 0}


async def test_all_that_is_due_arrives_in_its_order(office: Office, recipient: Recipient) -> None:
    await office.add("hook", recipient.url())
    for number in range(250):
        await office.write({"violation": {"id": str(number)}})
    assert await relay(office.post) == {"delivered": 250, "failed": 0, "dead": 0}
    bodies = [received.body for received in recipient.received]
    assert [f'"id":"{n}"'.encode() in body for n, body in enumerate(bodies)] == [True] * 250


async def test_two_relays_at_once_deliver_once(
    office: Office, settings: Settings, recipient: Recipient, other_recipient: Recipient
) -> None:
    await office.add("one", recipient.url())
    await office.add("two", other_recipient.url())
    for _ in range(40):
        await office.write()
    second = Database(settings)
    await second.open()
    rival = PostOffice(second, office.vault, office.post.senders, office.clock)
    counts = await asyncio.gather(relay(office.post), relay(rival))
    await second.close()
    assert sum(count["delivered"] for count in counts) == 80
    for received in (recipient.received, other_recipient.received):
        assert len({each.headers["webhook-id"] for each in received}) == 40
        assert len(received) == 40


async def test_a_slow_recipient_holds_up_nobody_else(
    office: Office, recipient: Recipient, other_recipient: Recipient
) -> None:
    recipient.replies[0] = Reply(after_seconds=30)
    await office.add("slow", recipient.url())
    await office.add("quick", other_recipient.url())
    for _ in range(20):
        await office.write()
    began = time.monotonic()
    sweep = asyncio.create_task(relay(office.post, budget=timedelta(seconds=5)))
    await until_received(other_recipient, 20)
    # What comes while the slow one is waited for is not left for the next sweep either.
    await office.write()
    await until_received(other_recipient, 21)
    assert time.monotonic() - began < 8
    recipient.ended.set()
    counts = await sweep
    assert counts["delivered"] >= 22


async def test_who_fails_is_not_asked_again_in_the_same_sweep(
    office: Office, recipient: Recipient
) -> None:
    recipient.replies[0] = Reply(500)
    await office.add("hook", recipient.url())
    for _ in range(5):
        await office.write()
    assert await relay(office.post) == {"delivered": 0, "failed": 1, "dead": 0}
    assert len(recipient.received) == 1


async def test_at_most_eight_are_sent_at_once(office: Office) -> None:
    under_way, most = 0, 0

    async def sends(*_: object) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        return 200

    for number in range(12):
        await office.add(f"hook {number}", "http://127.0.0.1:9/")
    await office.write()
    counting = PostOffice(office.database, office.vault, {"webhook": sends}, office.clock)
    assert (await relay(counting))["delivered"] == 12
    assert most == 8


async def test_the_budget_ends_a_sweep_and_the_next_goes_on(
    office: Office, recipient: Recipient
) -> None:
    recipient.replies[0] = Reply(after_seconds=0.05)
    await office.add("hook", recipient.url())
    for _ in range(20):
        await office.write()
    first = await relay(office.post, budget=timedelta(seconds=0.3))
    assert 1 <= first["delivered"] < 20
    second = await relay(office.post)
    assert first["delivered"] + second["delivered"] == 20


async def test_what_waits_for_a_disabled_channel_is_given_up(
    office: Office, recipient: Recipient
) -> None:
    channel = await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    await office.execute("UPDATE notification_channels SET enabled = false")
    assert await relay(office.post) == {"delivered": 0, "failed": 0, "dead": 0}
    row = await office.delivery(delivery_id)
    assert (row["state"], row["last_error"]) == ("dead", "The channel was disabled.")
    assert (await office.channel(channel.id)).dead == 1


async def test_a_lease_that_ran_out_gives_another_attempt(
    office: Office, recipient: Recipient
) -> None:
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    sent: list[str] = []

    async def dies(_: object, event: OutgoingEvent, /) -> int:
        sent.append(event.id.hex)
        raise asyncio.CancelledError

    dying = PostOffice(office.database, office.vault, {"webhook": dies}, office.clock)
    await asyncio.gather(relay(dying), return_exceptions=True)
    assert len(sent) == 1
    assert (await relay(office.post))["delivered"] == 0
    office.clock.pass_seconds(61)
    assert (await relay(office.post))["delivered"] == 1
    assert recipient.received[0].headers["webhook-id"] == f"msg_{sent[0]}"
    assert (await office.delivery(delivery_id))["attempts"] == 2
