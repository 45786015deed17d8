"""What a playback service says of its users."""

from collections.abc import Callable
from uuid import uuid4

from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.scenes import audited


async def test_what_is_left_out_stays_and_null_takes_a_limit_away(
    functions: Callable[[str], Function],
) -> None:
    ingest, path = functions("ingest_session"), f"/api/v1/analytics/users/{uuid4()}"
    said = {"name": "ada", "groups": ["family"], "stream_limit": 2}
    assert (await ingest.call("PUT", path, json=said)).json()["stream_limit"] == 2
    kept = (await ingest.call("PUT", path, json={"archived": True})).json()
    assert (kept["name"], kept["groups"], kept["stream_limit"]) == ("ada", ["family"], 2)
    assert kept["archived_at"] is not None
    freed = (await ingest.call("PUT", path, json={"stream_limit": None, "archived": False})).json()
    assert (freed["stream_limit"], freed["archived_at"]) == (None, None)


async def test_who_sets_a_limit_is_noted_and_who_tells_a_name_is_not(
    functions: Callable[[str], Function], database: Database
) -> None:
    ingest, path = functions("ingest_session"), f"/api/v1/analytics/users/{uuid4()}"
    for said in ({"name": "ada"}, {"stream_limit": 2}, {"name": "Ada", "stream_limit": 2}):
        assert (await ingest.call("PUT", path, json=said)).status_code == 200
    assert await audited(database) == ["user.change"]
    assert (await ingest.call("PUT", path, json={"groups": ["family"]})).status_code == 200
    assert await audited(database) == ["user.change"] * 2


async def test_an_address_that_is_no_email_is_named(functions: Callable[[str], Function]) -> None:
    path = f"/api/v1/analytics/users/{uuid4()}"
    answer = await functions("ingest_session").call("PUT", path, json={"email": "nobody"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "email")
