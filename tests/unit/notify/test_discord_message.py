import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notify.channels.discord import shorten, to_message
from shared.domain.delivery import OutgoingEvent

VIOLATION: dict[str, Any] = {
    "id": "0198",
    "user_id": "0197",
    "user_name": "ada",
    "rule": {"id": "1", "name": "Travel", "type": "impossible_travel"},
    "severity": 2,
    "state": "open",
    "occurrences": 3,
    "first_seen_at": "2026-11-20T20:00:00Z",
    "last_seen_at": "2026-11-20T21:00:00+01:00",
    "sentence": "Streamed from Linköping until 20:04 and from London from 20:31.",
}


def message(payload: dict[str, Any], kind: str = "violation.opened") -> dict[str, Any]:
    at = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    return to_message(OutgoingEvent(UUID(int=7), kind, payload, at))


def embed(payload: dict[str, Any], kind: str = "violation.opened") -> dict[str, Any]:
    return message(payload, kind)["embeds"][0]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def assert_within_limits(sent: dict[str, Any]) -> None:
    shown = sent["embeds"][0]
    fields = shown.get("fields", [])
    assert len(sent["embeds"]) == 1
    assert 1 <= units(shown["title"]) <= 256
    assert 1 <= units(shown.get("description", "-")) <= 4096
    assert len(fields) <= 25
    for field in fields:
        assert 1 <= units(field["name"]) <= 256
        assert 1 <= units(field["value"]) <= 1024
    texts = [shown["title"], shown.get("description", "")]
    texts += [field[part] for field in fields for part in ("name", "value")]
    assert sum(map(units, texts)) <= 6000
    json.dumps(sent).encode()


def test_a_case_reads_like_a_message() -> None:
    shown = embed({"violation": VIOLATION, "url": "https://dash.example/cases/0198"})
    assert shown["title"] == "ada: impossible travel"
    assert shown["description"] == VIOLATION["sentence"]
    assert shown["url"] == "https://dash.example/cases/0198"
    assert shown["timestamp"] == "2026-11-20T20:00:00+00:00"
    assert {field["name"]: field["value"] for field in shown["fields"]} == {
        "Severity": "2 (high)",
        "Times seen": "3",
        "First seen": "<t:1795204800:f>",
        "Last seen": "<t:1795204800:f>",
    }


ACTION: dict[str, Any] = {
    "kind": "terminate_stream",
    "sentence": "Played 2 streams at once.",
    "reason": "The media server took the request, and the stream goes on.",
}


def test_what_did_not_work_is_told_with_its_reason_and_what_it_was_for() -> None:
    shown = embed({"user_name": "ada", "actions": [ACTION]}, "action.failed")
    assert shown["title"] == "ada: ending a stream did not work"
    assert shown["description"] == f"{ACTION['reason']}\n{ACTION['sentence']}"


def test_several_actions_that_wait_are_one_message() -> None:
    waiting = {"user_name": "ada", "actions": [ACTION | {"reason": None}] * 3}
    shown = embed(waiting, "action.awaiting_approval")
    assert shown["title"] == "ada: ending a stream (and 2 more) waits for approval"
    assert shown["description"] == ACTION["sentence"]


@pytest.mark.parametrize("kind", ["action.failed", "action.awaiting_approval"])
@pytest.mark.parametrize(
    "actions",
    [None, [], [17], "x", [{"sentence": "x" * 9_000}]],
    ids=["none", "empty", "number", "text", "long"],
)
def test_an_odd_action_is_a_message_all_the_same(kind: str, actions: object) -> None:
    assert_within_limits(message({"user_name": "a" * 500, "actions": actions}, kind))


def test_more_of_a_case_is_told_apart_from_a_new_one() -> None:
    title = embed({"violation": VIOLATION}, "violation.updated")["title"]
    assert title == "ada: impossible travel, again"


def test_each_severity_has_its_colour() -> None:
    shown = [embed({"violation": VIOLATION | {"severity": level}}) for level in range(1, 6)]
    assert len({each["color"] for each in shown}) == 5


def test_nobody_is_mentioned_and_names_are_no_markup() -> None:
    sent = message({"violation": VIOLATION | {"user_name": "@everyone [x](http://evil) **b**"}})
    assert sent["allowed_mentions"] == {"parse": []}
    title = sent["embeds"][0]["title"]
    assert title.startswith(r"@everyone \[x\](http://evil) \*\*b\*\*")


def test_a_link_that_is_none_is_left_out() -> None:
    assert "url" not in embed({"violation": VIOLATION, "url": "javascript:alert(1)"})
    assert "url" not in embed({"violation": VIOLATION, "url": "https://" + "x" * 3_000})


def test_the_test_message_is_friendly() -> None:
    assert embed({"channel": {"name": "a"}}, "channel.test")["title"] == "It works"


def test_low_trust_is_told_in_words() -> None:
    payload = {"user_id": "0197", "score": 38, "threshold": 40, "action": "terminate"}
    shown = embed(payload, "trust.low")
    assert shown["title"] == "Somebody: trust is down to 38"
    assert shown["description"] == "The threshold to terminate is 40 of 100."
    assert_within_limits(message(dict.fromkeys(payload, "😀" * 9_000), "trust.low"))


def test_an_unknown_kind_is_still_a_message() -> None:
    assert_within_limits(message({}, "case.closed"))
    assert_within_limits(message({"violation": {}}))


def test_the_username_is_passed_on() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    sent = to_message(OutgoingEvent(UUID(int=7), "channel.test", {}, at), "Revenge")
    assert sent["username"] == "Revenge"


@pytest.mark.parametrize("filler", ["x", "*", "😀", "👨‍👩‍👧‍👦", "ﷺ", "\n"])
def test_texts_of_ten_thousand_characters_stay_within_the_limits(filler: str) -> None:
    long = filler * 10_000
    rule = {"name": long, "type": long}
    case = VIOLATION | {"user_name": long, "sentence": long, "rule": rule, "occurrences": long}
    assert_within_limits(message({"violation": case}))


texts = st.text(max_size=5_000) | st.none()


@given(name=texts, sentence=texts, rule=texts, seen=texts, severity=st.integers())
def test_no_text_breaks_the_limits(
    name: str | None, sentence: str | None, rule: str | None, seen: str | None, severity: int
) -> None:
    case = {
        "user_name": name,
        "sentence": sentence,
        "rule": {"name": rule},
        "first_seen_at": seen,
        "severity": severity,
    }
    assert_within_limits(message({"violation": case}))


@given(st.text(), st.integers(1, 20))
def test_shortening_keeps_whole_characters(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert units(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))
