"""Notification channels and deliveries as the api sets them up, shows and re-drives them."""

from typing import Any
from uuid import UUID, uuid4

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import audited, read

CHANNELS = "/api/v1/notifications/channels"
DELIVERIES = "/api/v1/notifications/deliveries"
URL = "https://alerts.example.com/hooks/0123456789abcdef"
WEBHOOK = {"name": "Pager", "config": {"type": "webhook", "url": URL}}


async def create(api: Function, **said: object) -> dict[str, Any]:
    answer = await api.call("POST", CHANNELS, json=WEBHOOK | said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def give_up(database: Database, delivery_id: str) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute(
            "UPDATE deliveries SET state = 'dead', attempts = 10, last_error = 'gone' WHERE id = %s",
            [UUID(delivery_id)],
        )

    await database.run(work)


async def test_a_secret_is_shown_once_and_the_address_never(
    api: Function, database: Database
) -> None:
    created = await create(api)
    assert created["secret"].startswith("whsec_")
    [listed] = (await read(api, CHANNELS))["data"]
    assert "secret" not in listed
    assert listed["host"] == "alerts.example.com"
    assert URL not in str(listed)
    assert await read(api, f"{CHANNELS}/{created['id']}") == listed
    assert await audited(database) == ["channel.create"]


async def test_a_channel_is_changed_in_part(api: Function) -> None:
    created = await create(api)
    path = f"{CHANNELS}/{created['id']}"
    for method in ("PATCH", "PUT"):
        answer = await api.call(method, path, json={"enabled": False})
        assert (answer.status_code, answer.json()["enabled"]) == (200, False), answer.text
        assert answer.json()["name"] == "Pager"


async def test_a_name_is_one_channels_and_a_private_address_is_refused(api: Function) -> None:
    await create(api)
    again = await api.call("POST", CHANNELS, json=WEBHOOK)
    private = {"name": "x", "config": {"type": "webhook", "url": "https://10.0.0.1/secret-path"}}
    refused = await api.call("POST", CHANNELS, json=private)
    assert (again.status_code, refused.status_code) == (409, 422)
    assert "secret-path" not in refused.text


async def test_a_test_message_is_a_delivery_for_that_channel_alone(api: Function) -> None:
    channel = await create(api)
    await create(api, name="Other")
    answer = await api.call("POST", f"{CHANNELS}/{channel['id']}/test")
    assert answer.status_code == 202, answer.text
    [delivery] = (await read(api, DELIVERIES))["data"]
    assert delivery["id"] == answer.json()["delivery_id"]
    assert (delivery["kind"], delivery["channel_id"]) == ("channel.test", channel["id"])
    assert delivery["state"] == "pending"


async def test_deliveries_are_walked_by_cursor_and_narrowed(api: Function) -> None:
    first, second = await create(api), await create(api, name="Other")
    for channel in (first, first, second):
        await api.call("POST", f"{CHANNELS}/{channel['id']}/test")
    page = await read(api, DELIVERIES, params={"limit": 2})
    rest = await read(api, DELIVERIES, params={"cursor": page["page"]["next_cursor"]})
    assert len({delivery["id"] for delivery in (*page["data"], *rest["data"])}) == 3
    own = await read(api, DELIVERIES, params={"channel_id": first["id"], "state": "pending"})
    assert len(own["data"]) == 2


async def test_a_dead_delivery_is_shown_and_sent_anew(api: Function, database: Database) -> None:
    channel = await create(api)
    sent = await api.call("POST", f"{CHANNELS}/{channel['id']}/test")
    path = f"{DELIVERIES}/{sent.json()['delivery_id']}/redrive"
    assert (await api.call("POST", path)).json()["code"] == "delivery_not_dead"
    await give_up(database, sent.json()["delivery_id"])
    [dead] = (await read(api, DELIVERIES, params={"state": "dead"}))["data"]
    assert (dead["last_error"], dead["attempts"]) == ("gone", 10)
    answer = await api.call("POST", path)
    assert (answer.status_code, answer.json()["state"]) == (202, "pending"), answer.text
    assert await audited(database) == ["channel.create", "channel.test", "delivery.redrive"]


async def test_a_deleted_channel_is_gone_with_its_deliveries(
    api: Function, database: Database
) -> None:
    channel = await create(api)
    path = f"{CHANNELS}/{channel['id']}"
    await api.call("POST", f"{path}/test")
    assert (await api.call("DELETE", path)).status_code == 204
    assert (await read(api, DELIVERIES))["data"] == []
    answers = [
        await api.call("GET", path),
        await api.call("DELETE", path),
        await api.call("PATCH", path, json={"enabled": True}),
        await api.call("POST", f"{path}/test"),
    ]
    assert [answer.json()["code"] for answer in answers] == ["channel_not_found"] * 4
    assert await audited(database) == ["channel.create", "channel.test", "channel.delete"]


async def test_a_delivery_that_never_was_is_not_found(api: Function) -> None:
    answer = await api.call("POST", f"{DELIVERIES}/{uuid4()}/redrive")
    assert answer.json()["code"] == "delivery_not_found"
