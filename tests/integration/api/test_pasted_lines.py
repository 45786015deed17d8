"""The lines of docs/api.md can be pasted: each is answered, and none asks for what is not there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from tests.conftest import ROOT, Function
from tests.integration.api.scenes import RULES, SESSIONS, VIOLATIONS, read, start, stop, travel

DOCUMENT = Path(ROOT, "docs/api.md").read_text("utf-8")
BASE = "/api/v1/analytics"
METHODS = {"get": "GET", "post": "POST", "put": "PUT"}
MADE_UP = re.compile(r"0198f7a0-[0-9a-f-]+")


def lines() -> Iterator[list[str]]:
    for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, flags=re.DOTALL):
        for line in block.splitlines():
            if line.partition(" ")[0] in METHODS:
                yield shlex.split(line, comments=True)


def test_there_are_lines_to_paste() -> None:
    assert {words[0] for words in lines()} == set(METHODS)


async def test_every_line_is_answered(api: Function, ingest: Function, detect: Function) -> None:
    user_id = await travel(ingest, detect)
    ended = await start(ingest, ip_address="192.168.1.20")
    await stop(ingest, ended["id"])
    known = {
        "$ID": (await start(ingest))["id"],
        "$CASE": (await read(api, VIOLATIONS))["data"][0]["id"],
        "$USER_ID": user_id,
        "$RULE": (await read(api, RULES))["data"][0]["id"],
    }
    for words in lines():
        verb, path, *rest = [filled(word, known) for word in words]
        options = {}
        if verb == "get":
            pairs = [word.partition("=") for word in rest if word != "-d"]
            options["params"] = {name: value for name, _, value in pairs}
        else:
            options["content"] = rest[0] if rest else "{}"
            options["headers"] = {"Content-Type": "application/json"}
        answer = await api.call(METHODS[verb], f"{BASE}/{path}", **options)
        is_made_up = any(MADE_UP.search(word) for word in words)
        expected = {404} if is_made_up else {200, 201, 202, 207}
        assert answer.status_code in expected, (words, answer.text)
    assert (await api.call("GET", f"{SESSIONS}/{uuid4()}")).status_code == 404


def filled(word: str, known: dict[str, str]) -> str:
    for name in sorted(known, key=len, reverse=True):
        word = word.replace(name, known[name])
    return word
