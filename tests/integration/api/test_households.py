"""Households, sharing scores and linked accounts as the api shows them."""

from uuid import uuid4

import pytest

from shared.settings import settings as read_settings
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.lives import (
    HOUSEHOLDS,
    LINKED_ACCOUNTS,
    SHARING_SCORE,
    SHARING_SCORES,
    evenings,
    learn,
    live,
)
from tests.integration.api.scenes import audited, read, start
from tests.places import CARRIER_STOCKHOLM, LINKOPING, LONDON, LONDON_IPV6

TRUSTED = "/api/v1/analytics/trusted-entries"


async def sharer(ingest: Function) -> str:
    """Let a person share with somebody in Linköping; return who it is."""
    user_id = str(uuid4())
    await live(
        ingest,
        evenings(user_id, range(1, 61), LONDON, "tv", user_name="ada"),
        evenings(user_id, range(1, 60, 3), LINKOPING, "other", user_name="ada"),
    )
    return user_id


async def test_a_persons_households_are_shown_with_their_reasons(
    api: Function, ingest: Function, aggregate: Function
) -> None:
    user_id = await sharer(ingest)
    assert await learn(aggregate) == {"users": 1, "failed": 0}
    shown = await read(api, HOUSEHOLDS.format(user_id=user_id))
    home, other = shown["households"]
    assert shown["user_name"] == "ada"
    assert (home["class"], home["place"]["city"], home["days"]) == ("home", "London", 60)
    assert home["reasons"][0].startswith("Seen on 60 of 61 days")
    assert (other["class"], other["days_apart"]) == ("stranger", 20)
    assert other["reasons"][1] == "Its one device was never seen at home."
    assert other["networks"] == [
        {"network": LINKOPING, "network_class": "public", "kind": "residential"}
    ]
    assert other["devices"][0] | {"played_seconds": 0} == {
        "device_id": "other",
        "name": "Other",
        "days": 20,
        "played_seconds": 0,
        "also_at_home": False,
    }


async def test_who_may_not_see_addresses_sees_them_masked(
    api: Function, ingest: Function, aggregate: Function, caller: CallerWith
) -> None:
    user_id = await sharer(ingest)
    await learn(aggregate)
    path = HOUSEHOLDS.format(user_id=user_id)
    masked = await read(api, path, headers=await caller("viewer"))
    assert LINKOPING not in str(masked)
    assert LONDON not in str(masked)
    assert masked["households"][0]["networks"][0]["network"] == "81.2.69.x"
    assert masked["households"][0]["place"]["latitude"] == 51.5


async def test_a_score_is_shown_with_what_it_is_the_sum_of(
    api: Function, ingest: Function, aggregate: Function
) -> None:
    user_id = await sharer(ingest)
    await learn(aggregate)
    shown = await read(api, SHARING_SCORE.format(user_id=user_id))
    assert shown["score"] == sum(one["points"] for one in shown["contributions"]) > 50
    first = shown["contributions"][0]
    assert first["kind"] == "simultaneous"
    assert first["text"].startswith("Two households played at the same time on 20 days in ")


async def test_who_was_not_learned_of_yet_has_no_households_and_nobody_is_404(
    api: Function, ingest: Function
) -> None:
    user_id = (await start(ingest))["user_id"]
    shown = await read(api, HOUSEHOLDS.format(user_id=user_id))
    assert (shown["learned_at"], shown["households"], shown["score"]) == (None, [], 0)
    assert (await read(api, SHARING_SCORES))["data"] == []
    for path in (HOUSEHOLDS, SHARING_SCORE):
        answer = await api.call("GET", path.format(user_id=uuid4()))
        assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")


async def test_scores_are_listed_highest_first_and_walked_by_cursor(
    api: Function, ingest: Function, aggregate: Function
) -> None:
    high = await sharer(ingest)
    honest = sorted([str(uuid4()) for _ in range(4)])
    await live(ingest, *(evenings(one, range(1, 20), LONDON, f"tv-{one}") for one in honest))
    await learn(aggregate)
    first = await read(api, SHARING_SCORES, params={"limit": 2, "total": "true"})
    assert first["page"]["total"] == 5
    assert (first["data"][0]["strangers"], first["data"][1]["strangers"]) == (1, 0)
    cursor = first["page"]["next_cursor"]
    rest = await read(api, SHARING_SCORES, params={"limit": 3, "cursor": cursor})
    walked = [one["user_id"] for one in (*first["data"], *rest["data"])]
    assert walked == [high, *honest]
    assert rest["page"]["next_cursor"] is None
    only = await read(api, SHARING_SCORES, params={"min_score": 1, "total": "true"})
    assert ([one["user_id"] for one in only["data"]], only["page"]["total"]) == ([high], 1)


async def test_an_operators_word_is_taken_at_once_and_can_be_taken_back(
    api: Function, ingest: Function, aggregate: Function, database: Database
) -> None:
    user_id = await sharer(ingest)
    await learn(aggregate)
    path = HOUSEHOLDS.format(user_id=user_id)
    other = (await read(api, path))["households"][1]["id"]
    said = await api.call("PUT", f"{path}/{other}", json={"class": "second_home"})
    assert said.status_code == 200, said.text
    assert said.json()["score"] == 0
    assert said.json()["households"][1]["class"] == "second_home"
    assert said.json()["households"][1]["reasons"][0] == "An operator said so."
    assert (await read(api, path)) == said.json()
    back = await api.call("DELETE", f"{path}/{other}")
    assert back.status_code == 200, back.text
    assert (back.json()["households"][1]["class"], back.json()["score"] > 50) == ("stranger", True)
    assert await audited(database) == ["household.say", "household.learn"]


async def test_a_word_is_refused_for_what_is_no_house_and_what_is_not_there(
    api: Function, ingest: Function, aggregate: Function
) -> None:
    user_id = str(uuid4())
    await live(
        ingest,
        evenings(user_id, range(1, 30), LONDON, "tv"),
        evenings(user_id, range(1, 30, 2), CARRIER_STOCKHOLM, "phone"),
    )
    await learn(aggregate)
    path = HOUSEHOLDS.format(user_id=user_id)
    mobile = (await read(api, path))["households"][1]
    assert mobile["class"] == "mobile"
    refused = await api.call("PUT", f"{path}/{mobile['id']}", json={"class": "work"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "class")
    unknown = await api.call("PUT", f"{path}/0123456789abcdef", json={"class": "work"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "household_not_found")
    for body in ({"class": "mobile"}, {"class": "stranger", "x": 1}, {}):
        answer = await api.call("PUT", f"{path}/{mobile['id']}", json=body)
        assert answer.status_code == 422, body


async def test_who_may_only_look_says_nothing_of_a_household(
    api: Function, caller: CallerWith
) -> None:
    path = f"{HOUSEHOLDS.format(user_id=uuid4())}/0123456789abcdef"
    viewer = await caller("viewer")
    assert (await api.call("PUT", path, json={"class": "home"}, headers=viewer)).status_code == 403
    assert (await api.call("DELETE", path, headers=viewer)).status_code == 403


async def family_and_friends(ingest: Function) -> tuple[list[str], str]:
    """Let two accounts live in one home and share its television, and a third use a tablet of it."""
    family = sorted(str(uuid4()) for _ in range(2))
    friend = str(uuid4())
    await live(
        ingest,
        evenings(family[0], range(1, 30), LONDON, "tv", user_name="ada"),
        evenings(family[1], range(1, 30, 2), LONDON, "tv", user_name="ben"),
        evenings(family[0], range(1, 30, 6), LONDON_IPV6, "tablet"),
        evenings(friend, range(1, 30), LINKOPING, "other", user_name="eve"),
        evenings(friend, range(1, 30, 5), LINKOPING, "tablet"),
    )
    return family, friend


async def test_accounts_that_share_a_home_or_devices_are_listed_with_the_reason(
    api: Function, ingest: Function, aggregate: Function
) -> None:
    family, friend = await family_and_friends(ingest)
    await learn(aggregate)
    listed = (await read(api, LINKED_ACCOUNTS))["data"]
    assert [(one["kind"], one["days"]) for one in listed] == [("household", 15), ("device", 5)]
    home, tablet = listed
    assert [one["user_id"] for one in home["accounts"]] == family
    assert {one["user_name"] for one in home["accounts"]} == {"ada", "ben"}
    assert home["reason"] == (
        "Both are at home on one network, as a family with several accounts is."
        " Both use 1 device (Tv)."
    )
    assert {one["user_id"] for one in tablet["accounts"]} == {family[0], friend}
    assert tablet["devices"] == ["Tablet"]
    own = await read(api, LINKED_ACCOUNTS, params={"user_id": friend})
    assert own["data"] == [tablet]


async def test_linked_accounts_are_walked_by_cursor(
    api: Function, ingest: Function, aggregate: Function
) -> None:
    users = [str(uuid4()) for _ in range(4)]
    await live(ingest, *(evenings(one, range(1, 12), LONDON, "tv") for one in users))
    await learn(aggregate)
    whole = (await read(api, LINKED_ACCOUNTS))["data"]
    assert len(whole) == 6
    walked: list[object] = []
    asked: dict[str, object] = {"limit": 4}
    while True:
        page = await read(api, LINKED_ACCOUNTS, params=asked)
        walked += page["data"]
        if page["page"]["next_cursor"] is None:
            break
        asked["cursor"] = page["page"]["next_cursor"]
    assert walked == whole


async def test_a_pair_that_is_trusted_is_marked_and_can_be_left_out(
    api: Function, ingest: Function, aggregate: Function
) -> None:
    family, _ = await family_and_friends(ingest)
    await learn(aggregate)
    pair = {"what": {"kind": "pair", "other_user_id": family[0]}, "user_id": family[1]}
    answer = await api.call("POST", TRUSTED, json=pair)
    assert answer.status_code == 201, answer.text
    marked = {one["kind"]: one["trusted"] for one in (await read(api, LINKED_ACCOUNTS))["data"]}
    assert marked == {"household": True, "device": False}
    for trusted, kinds in (("true", ["household"]), ("false", ["device"])):
        listed = await read(api, LINKED_ACCOUNTS, params={"trusted": trusted})
        assert [one["kind"] for one in listed["data"]] == kinds


async def test_without_a_key_accounts_are_not_compared_and_that_is_said(
    api: Function,
    ingest: Function,
    aggregate: Function,
    monkeypatch: pytest.MonkeyPatch,
    database: Database,
) -> None:
    monkeypatch.delenv("REVENGE_ENCRYPTION_KEY")
    read_settings.cache_clear()
    await family_and_friends(ingest)
    assert (await learn(aggregate))["users"] == 3
    answer = await api.call("GET", LINKED_ACCOUNTS)
    assert (answer.status_code, answer.json()["code"]) == (503, "encryption_key_missing")
    kept = await database.run(lambda connection: connection.execute("SELECT 1 FROM user_traces"))
    assert kept.rowcount == 0
