"""Who is let in: API keys of ours, and tokens of the host's."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from shared.domain.keys import new_api_key
from shared.domain.permissions import Permission, Role
from shared.errors import UnauthenticatedError
from shared.services.access import Access
from shared.settings import Settings
from shared.store import access as store
from shared.store.database import Database

SECRET = "the-secret-that-the-host-signs-with-0123"
NOW = datetime.now(UTC)


def claims(**said: object) -> dict[str, Any]:
    return {"sub": str(uuid4()), "exp": NOW + timedelta(hours=1)} | said


def token(secret: str = SECRET, **said: object) -> str:
    return jwt.encode(claims(**said), secret, algorithm="HS256")


@pytest.fixture
def with_secret(settings: Settings, database: Database) -> Access:
    return Access(
        Settings.model_validate(dict(settings) | {"revenge_jwt_secret": SECRET}), database
    )


async def test_a_key_that_was_made_is_known_by_its_name_and_role(
    settings: Settings, database: Database
) -> None:
    key = new_api_key()
    await database.run(
        lambda connection: store.add_key(connection, key, name="reader", role=Role.VIEWER, now=NOW)
    )
    caller = await Access(settings, database).authenticate(key)
    assert caller.name == "key:reader"
    assert caller.may(Permission.SESSIONS_VIEW)
    assert not caller.may(Permission.SESSIONS_INGEST)


async def test_a_crowd_with_one_key_is_let_in_at_once(
    settings: Settings, database: Database
) -> None:
    key = new_api_key()
    await database.run(
        lambda connection: store.add_key(connection, key, name="wall", role=Role.VIEWER, now=NOW)
    )
    access = Access(settings, database)
    crowd = await asyncio.gather(*(access.authenticate(key) for _ in range(500)))
    assert {caller.name for caller in crowd} == {"key:wall"}


async def test_an_expired_key_is_refused(settings: Settings, database: Database) -> None:
    key = new_api_key()
    await database.run(
        lambda connection: store.add_key(
            connection, key, name="old", role=Role.ADMIN, now=NOW, expires_at=NOW
        )
    )
    with pytest.raises(UnauthenticatedError):
        await Access(settings, database).authenticate(key)


async def test_a_permission_granted_by_name_beats_the_role(
    settings: Settings, database: Database
) -> None:
    key = new_api_key()
    await database.run(
        lambda connection: store.add_key(
            connection,
            key,
            name="narrow",
            role=Role.ADMIN,
            permissions=[Permission.LEGACY_READ],
            now=NOW,
        )
    )
    caller = await Access(settings, database).authenticate(key)
    assert caller.permissions == {Permission.LEGACY_READ}


@pytest.mark.parametrize(
    "text",
    [None, "", "rva_short", new_api_key()[:-1] + "!", new_api_key()],
    ids=["none", "empty", "short", "misspelt", "unknown"],
)
async def test_what_is_no_known_key_is_refused(
    settings: Settings, database: Database, text: str | None
) -> None:
    with pytest.raises(UnauthenticatedError):
        await Access(settings, database).authenticate(text)


async def test_a_hosts_token_gives_its_role_or_its_permissions(with_secret: Access) -> None:
    moderator = await with_secret.authenticate(token(role="moderator"))
    assert moderator.may(Permission.VIOLATIONS_MANAGE)
    named = await with_secret.authenticate(token(permissions=["analytics.stats.view", "other"]))
    assert named.permissions == {Permission.STATS_VIEW}
    member = await with_secret.authenticate(token())
    assert member.permissions == {Permission.OWN_VIEW}
    assert member.user_id is not None


@pytest.mark.parametrize(
    "wrong",
    [
        token(secret="another-secret-of-the-same-length-012345"),
        token(exp=NOW - timedelta(minutes=5)),
        token(role="emperor"),
        jwt.encode({"sub": "x"}, SECRET, algorithm="HS256"),
        jwt.encode(claims(), "", algorithm="none"),
        "no.token.at-all",
    ],
    ids=["forged", "expired", "unknown role", "no expiry", "no algorithm", "no token"],
)
async def test_a_wrong_token_is_refused(with_secret: Access, wrong: str) -> None:
    with pytest.raises(UnauthenticatedError):
        await with_secret.authenticate(wrong)
