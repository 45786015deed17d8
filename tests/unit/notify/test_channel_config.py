import base64
from typing import Any

import pytest
from pydantic import ValidationError

from shared.schemas.channels import (
    CHANNEL_CONFIG,
    DiscordConfig,
    NewChannel,
    WebhookConfig,
)
from shared.schemas.endpoints import new_secret

DISCORD = "https://discord.com/api/webhooks/1234567890/s3cr3t-token_of-the-webhook"


def config(**values: object) -> WebhookConfig | DiscordConfig:
    return CHANNEL_CONFIG.validate_python(values)


def test_a_webhook_needs_only_its_url() -> None:
    given = config(type="webhook", url="https://hooks.example.org/x")
    assert given.host_and_hint() == ("hooks.example.org", "…")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/x",
        "ftp://hooks.example.org/x",
        "hooks.example.org/x",
        "https://",
        "https://user:password@hooks.example.org/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:99999/",
        "https://[::1/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org\\@10.0.0.1/",
        "https://hooks.example.org/\r\nX: y",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://api.localhost/",
        "https://hooks.example.org/" + "x" * 2_000,
    ],
)
def test_a_url_that_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        config(type="webhook", url=url)


def test_what_is_no_address_is_refused_in_our_words() -> None:
    with pytest.raises(ValidationError, match="must be an address that begins with https://"):
        config(type="webhook", url="https://[::1/")


def test_a_private_network_can_be_allowed() -> None:
    allowed = config(type="webhook", url="http://192.168.1.5:8123/x", allow_private_network=True)
    assert allowed.host_and_hint() == ("192.168.1.5", "…")


def test_where_a_cloud_keeps_its_secrets_cannot_be_allowed() -> None:
    for url in ("http://169.254.169.254/x", "http://[fd00:ec2::254]/x"):
        with pytest.raises(ValidationError, match="never called"):
            config(type="webhook", url=url, allow_private_network=True)


@pytest.mark.parametrize("length", [24, 64])
def test_a_secret_of_24_to_64_bytes_is_taken(length: int) -> None:
    secret = "whsec_" + base64.b64encode(bytes(length)).decode()
    given = config(type="webhook", url="https://a.example/", secret=secret)
    assert given.to_stored()["secret"] == secret


@pytest.mark.parametrize(
    "secret",
    [
        "hunter2",
        "whsec_",
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        base64.b64encode(bytes(32)).decode(),
        "whsec_" + "ä" * 40,
        "whsec_" + "*" * 44,
    ],
)
def test_any_other_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError) as caught:
        config(type="webhook", url="https://a.example/", secret=secret)
    assert "input" not in str(caught.value)


def test_fresh_secrets_are_valid_and_differ() -> None:
    assert new_secret() != new_secret()
    config(type="webhook", url="https://a.example/", secret=new_secret())


@pytest.mark.parametrize(
    "url",
    [
        DISCORD,
        DISCORD + "/",
        DISCORD + "?thread_id=99",
        DISCORD.replace("discord.com/api", "canary.discord.com/api/v10"),
        DISCORD.replace("discord.com", "discordapp.com"),
    ],
)
def test_the_addresses_that_discord_gives_are_taken(url: str) -> None:
    assert config(type="discord", url=url).host_and_hint()[1] == "…7890"


@pytest.mark.parametrize(
    "url",
    [
        "https://discord.com/api/webhooks/123",
        DISCORD + "/slack",
        DISCORD + "?wait=false",
        DISCORD.replace("discord.com", "discord.com.example.org"),
        DISCORD.replace("discord.com", "example.org"),
        DISCORD.replace("https", "http"),
    ],
)
def test_other_addresses_are_no_discord_webhooks(url: str) -> None:
    with pytest.raises(ValidationError):
        config(type="discord", url=url)


def test_a_compatible_server_in_our_network_can_be_allowed() -> None:
    url = DISCORD.replace("https://discord.com", "http://spacebar.lan:3001")
    assert config(type="discord", url=url, allow_private_network=True)


@pytest.mark.parametrize(
    "values",
    [
        {"type": "pager", "url": "https://a.example/"},
        {"url": "https://a.example/"},
        {"type": "webhook"},
        {"type": "webhook", "url": "https://a.example/", "topic": "x"},
        {"type": "discord", "url": DISCORD, "secret": "x"},
    ],
)
def test_unknown_types_and_fields_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        config(**values)
    with pytest.raises(ValidationError):
        NewChannel.model_validate({"name": "a", "config": values})


def test_no_secret_shows_in_an_error_or_a_representation() -> None:
    with pytest.raises(ValidationError) as caught:
        config(type="discord", url=DISCORD, username="")
    assert "s3cr3t" not in str(caught.value)
    assert "s3cr3t" not in repr(config(type="discord", url=DISCORD))


def test_a_config_survives_being_stored() -> None:
    given = config(type="webhook", url="https://a.example/x", secret=new_secret())
    assert CHANNEL_CONFIG.validate_python(given.to_stored()) == given
