import json
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection
from psycopg.rows import DictRow
from pydantic import SecretStr

from functions.notify.channels import SENDERS
from shared.clock import utc_now
from shared.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from shared.schemas.channels import (
    CHANNEL_CONFIG,
    ChannelChange,
    ChannelView,
    NewChannel,
    WebhookConfig,
)
from shared.services import notifications
from shared.services.vault import Vault
from shared.store import outbox
from tests.conftest import ENCRYPTION_KEY

Connection = AsyncConnection[DictRow]
TOKEN_URL = "https://discord.com/api/webhooks/1234567890/s3cr3t-token"


@pytest.fixture
def vault() -> Vault:
    return Vault(SecretStr(ENCRYPTION_KEY))


def new(name: str = "hook", **config: object) -> NewChannel:
    values: dict[str, object] = {
        "type": "webhook",
        "url": "https://hooks.example.org/s3cr3t/path/abcd",
    } | config
    return NewChannel.model_validate({"name": name, "config": values})


async def secret_of(connection: Connection, channel_id: UUID, vault: Vault) -> str:
    cursor = await connection.execute(
        "SELECT config FROM notification_channels WHERE id = %s", [channel_id]
    )
    row = await cursor.fetchone()
    assert row is not None
    stored = WebhookConfig.model_validate(vault.unseal(row["config"]))
    assert stored.secret is not None
    return stored.secret.get_secret_value()


async def change(
    connection: Connection, channel_id: UUID, vault: Vault, **values: object
) -> ChannelView:
    return await notifications.update_channel(
        connection, channel_id, ChannelChange.model_validate(values), vault=vault, now=utc_now()
    )


async def test_a_secret_that_is_not_given_is_made_and_shown_once(
    connection: Connection, vault: Vault
) -> None:
    created = await notifications.create_channel(connection, new(), vault=vault, now=utc_now())
    assert created.secret is not None
    assert await secret_of(connection, created.id, vault) == created.secret
    shown = await notifications.list_channels(connection, vault=vault)
    assert created.secret not in shown[0].model_dump_json()


async def test_a_secret_that_is_given_is_not_shown(connection: Connection, vault: Vault) -> None:
    given = new(secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    created = await notifications.create_channel(connection, given, vault=vault, now=utc_now())
    assert created.secret is None
    assert "MfKQ9r8" not in created.model_dump_json()


async def test_nothing_that_is_shown_or_stored_in_clear_gives_a_channel_away(
    connection: Connection, vault: Vault
) -> None:
    for given in (new("a"), new("b", type="discord", url=TOKEN_URL)):
        await notifications.create_channel(connection, given, vault=vault, now=utc_now())
    shown = await notifications.list_channels(connection, vault=vault)
    assert [(c.name, c.host, c.hint) for c in shown] == [
        ("a", "hooks.example.org", "…abcd"),
        ("b", "discord.com", "…7890"),
    ]
    cursor = await connection.execute("SELECT * FROM notification_channels")
    everything = json.dumps([c.model_dump(mode="json") for c in shown])
    everything += repr(await cursor.fetchall())
    assert "s3cr3t" not in everything


async def test_a_name_is_given_once(connection: Connection, vault: Vault) -> None:
    await notifications.create_channel(connection, new("a"), vault=vault, now=utc_now())
    other = await notifications.create_channel(connection, new("b"), vault=vault, now=utc_now())
    with pytest.raises(ConflictError):
        await notifications.create_channel(connection, new("a"), vault=vault, now=utc_now())
    with pytest.raises(ConflictError):
        await change(connection, other.id, vault, name="a")
    assert (await change(connection, other.id, vault, name="b")).name == "b"


async def test_without_an_encryption_key_no_channel_is_kept(connection: Connection) -> None:
    with pytest.raises(UnavailableError, match="REVENGE_ENCRYPTION_KEY"):
        await notifications.create_channel(connection, new(), vault=Vault(None), now=utc_now())


async def test_a_changed_webhook_keeps_its_secret_unless_it_brings_one(
    connection: Connection, vault: Vault
) -> None:
    created = await notifications.create_channel(connection, new(), vault=vault, now=utc_now())
    moved = {"type": "webhook", "url": "https://new.example.org/"}
    assert (await change(connection, created.id, vault, config=moved)).host == "new.example.org"
    assert await secret_of(connection, created.id, vault) == created.secret

    fresh = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    await change(connection, created.id, vault, config=moved | {"secret": fresh})
    assert await secret_of(connection, created.id, vault) == fresh


async def test_a_channel_keeps_its_type(connection: Connection, vault: Vault) -> None:
    created = await notifications.create_channel(connection, new(), vault=vault, now=utc_now())
    with pytest.raises(InvalidInputError):
        await change(connection, created.id, vault, config={"type": "discord", "url": TOKEN_URL})


async def test_a_disabled_channel_gets_no_events_and_no_test(
    connection: Connection, vault: Vault
) -> None:
    created = await notifications.create_channel(connection, new(), vault=vault, now=utc_now())
    await change(connection, created.id, vault, enabled=False)
    written = await outbox.write_event(
        connection, kind="violation.opened", payload={}, user_id=None, now=utc_now()
    )
    assert written == []
    with pytest.raises(ConflictError):
        await notifications.send_test(connection, created.id, vault=vault, now=utc_now())


async def test_a_test_message_goes_to_one_channel_only(
    connection: Connection, vault: Vault
) -> None:
    created = await notifications.create_channel(connection, new("a"), vault=vault, now=utc_now())
    await notifications.create_channel(connection, new("b"), vault=vault, now=utc_now())
    sent = await notifications.send_test(connection, created.id, vault=vault, now=utc_now())
    [listed] = await notifications.list_deliveries(connection, limit=10)
    assert [listed.id] == sent
    assert (listed.channel_id, listed.kind, listed.state) == (
        created.id,
        "channel.test",
        "pending",
    )


async def test_what_is_not_there_is_not_found(connection: Connection, vault: Vault) -> None:
    for attempt in (
        notifications.get_channel(connection, uuid4(), vault=vault),
        notifications.delete_channel(connection, uuid4()),
        notifications.redrive(connection, uuid4(), now=utc_now()),
        notifications.send_test(connection, uuid4(), vault=vault, now=utc_now()),
        change(connection, uuid4(), vault, name="x"),
    ):
        with pytest.raises(NotFoundError):
            await attempt


async def test_only_the_dead_of_an_enabled_channel_are_begun_anew(
    connection: Connection, vault: Vault
) -> None:
    created = await notifications.create_channel(connection, new(), vault=vault, now=utc_now())
    [delivery_id] = await notifications.send_test(
        connection, created.id, vault=vault, now=utc_now()
    )
    with pytest.raises(ConflictError, match="Only a dead delivery"):
        await notifications.redrive(connection, delivery_id, now=utc_now())
    await change(connection, created.id, vault, enabled=False)
    await outbox.bury_disabled(connection)
    with pytest.raises(ConflictError, match="Enable the channel first"):
        await notifications.redrive(connection, delivery_id, now=utc_now())


async def test_deliveries_are_listed_in_pages(connection: Connection, vault: Vault) -> None:
    created = await notifications.create_channel(connection, new(), vault=vault, now=utc_now())
    for _ in range(5):
        await notifications.send_test(connection, created.id, vault=vault, now=utc_now())
    first = await notifications.list_deliveries(connection, limit=3, state="pending")
    rest = await notifications.list_deliveries(
        connection, limit=3, channel_id=created.id, before=first[-1].id
    )
    assert len({view.id for view in [*first, *rest]}) == 5
    assert [v.id for v in [*first, *rest]] == sorted((v.id for v in [*first, *rest]), reverse=True)
    assert await notifications.list_deliveries(connection, limit=3, state="dead") == []


async def test_old_events_are_forgotten_once_nothing_waits(
    connection: Connection, vault: Vault
) -> None:
    await notifications.create_channel(connection, new(), vault=vault, now=utc_now())
    for _ in range(3):
        await outbox.write_event(
            connection, kind="violation.opened", payload={}, user_id=uuid4(), now=utc_now()
        )
    assert await outbox.forget_events(connection, before=utc_now(), limit=10) == 0
    await connection.execute("UPDATE deliveries SET state = 'delivered'")
    assert await outbox.forget_events(connection, before=utc_now(), limit=2) == 2
    assert await outbox.forget_events(connection, before=utc_now(), limit=2) == 1
    assert await notifications.list_deliveries(connection, limit=10) == []


async def test_every_type_of_channel_has_a_sender_a_model_and_a_place_in_the_table(
    connection: Connection,
) -> None:
    cursor = await connection.execute(
        "SELECT pg_get_constraintdef(oid) AS check FROM pg_constraint"
        " WHERE conname = 'notification_channels_type_check'"
    )
    row = await cursor.fetchone()
    assert row is not None
    schema = CHANNEL_CONFIG.json_schema()
    assert set(SENDERS) == set(schema["discriminator"]["mapping"])
    assert all(f"'{name}'" in row["check"] for name in SENDERS)
