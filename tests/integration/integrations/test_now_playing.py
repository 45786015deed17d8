"""The page that shows what plays now, framed in somebody else's."""

import base64
import hashlib
import re
from collections.abc import Callable

import pytest

from shared.settings import SettingsError, read_settings
from tests.conftest import Function, environment
from tests.integration.api.scenes import ago, start
from tests.integration.integrations.conftest import key_of

PAGE = "/embed/now-playing"
NOBODY = {"Authorization": ""}
VIEW, NAMES = "analytics.embed.view", "analytics.embed.names"


async def shown(api: Function, token: str, **options: object) -> str:
    answer = await api.call("GET", PAGE, params={"token": token} | options, headers=NOBODY)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


async def test_it_says_so_when_nothing_plays(api: Function) -> None:
    token = await key_of(api, "integration", VIEW)
    assert "Nothing plays at the moment." in await shown(api, token)
    german = await shown(api, token, lang="de", theme="dark", refresh_seconds=60)
    assert "Im Moment läuft nichts." in german
    assert 'data-theme="dark"' in german
    assert 'http-equiv="refresh" content="60"' in german


@pytest.mark.usefixtures("playing")
async def test_it_shows_what_plays_escaped_and_without_names(api: Function) -> None:
    text = await shown(api, await key_of(api, "integration", VIEW))
    assert "A &lt;film&gt;" in text
    assert "<film>" not in text
    assert "A show - One" in text
    assert '<progress max="100" value="25">' in text
    assert not any(name in text for name in ("ada", "bob"))


@pytest.mark.usefixtures("playing")
async def test_more_than_fit_are_counted(api: Function) -> None:
    text = await shown(api, await key_of(api, "integration", VIEW), limit=1)
    assert text.count("<li>") == 1
    assert "and 2 more" in text


@pytest.mark.usefixtures("playing")
async def test_names_are_shown_if_the_token_permits_it_and_they_are_asked_for(
    api: Function,
) -> None:
    token = await key_of(api, "integration", VIEW, NAMES)
    assert "bob" not in await shown(api, token)
    assert "<small>bob · paused</small>" in await shown(api, token, names=True)
    nameless = {"token": await key_of(api, "integration", VIEW), "names": "true"}
    refused = await api.call("GET", PAGE, params=nameless, headers=NOBODY)
    assert refused.status_code == 403


async def test_a_name_is_escaped_too(api: Function, ingest: Function) -> None:
    now = ago(0)
    await start(ingest, user_name='<b onload="x">', title="T", started_at=now, event_at=now)
    text = await shown(api, await key_of(api, "integration", VIEW, NAMES), names=True)
    assert "&lt;b onload=&quot;x&quot;&gt;" in text


async def test_adult_content_is_never_shown(api: Function, ingest: Function) -> None:
    now = ago(0)
    await start(ingest, content_type="qar.movie", title="Adult", started_at=now, event_at=now)
    assert "Nothing plays" in await shown(api, await key_of(api, "integration", VIEW))


async def test_a_token_opens_nothing_else_and_what_opens_more_is_refused(api: Function) -> None:
    token = await key_of(api, "integration", VIEW)
    for path in ("/api/v1/analytics/sessions", "/api/v1/public/streams", "/api/v2"):
        answer = await api.call("GET", path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403, path
    for more in (await key_of(api), await key_of(api, "admin")):
        answer = await api.call("GET", PAGE, params={"token": more}, headers=NOBODY)
        assert answer.status_code == 403
    assert answer.json()["code"] == "token_permits_more"
    answer = await api.call("GET", PAGE, params={"token": "wrong"}, headers=NOBODY)
    assert answer.status_code == 401


async def test_it_loads_nothing_and_only_pages_that_are_named_may_frame_it(
    functions: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = "https://home.example:8123, self"
    monkeypatch.setenv("ANALYTICS_EMBED_FRAME_ANCESTORS", origins)
    answer = await functions("api").call("GET", PAGE)
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://home.example:8123 'self'")
    assert policy.startswith("default-src 'none'; ")
    style = re.search(r"<style>(.*)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "x-frame-options" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in answer.text


@pytest.mark.parametrize("wrong", ["home.example", "self; script-src *", "https://a b"])
def test_what_is_no_origin_stops_the_start(wrong: str) -> None:
    variables = environment("postgresql://x") | {"ANALYTICS_EMBED_FRAME_ANCESTORS": wrong}
    with pytest.raises(SettingsError, match=r"ANALYTICS_EMBED_FRAME_ANCESTORS"):
        read_settings(variables, "")


async def test_who_may_frame_it_is_this_service_alone_unless_said_otherwise(
    api: Function,
) -> None:
    answer = await api.call("GET", PAGE)
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'")
