"""The pages and documents that describe the api: they need no key, and nobody else's server."""

import re

import pytest

from functions.api.openapi import DOCUMENT_PATH
from functions.api.routes.documents import REDOC
from tests.conftest import Function

NOBODY = {"Authorization": ""}


@pytest.mark.parametrize("path", ["/openapi.json", "/api/v1/openapi.json"])
async def test_the_document_is_served_as_it_is_committed(api: Function, path: str) -> None:
    answer = await api.call("GET", path, headers=NOBODY)
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == DOCUMENT_PATH.read_bytes()


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc"])
async def test_a_page_loads_only_what_is_served_here_and_has_no_inline_script(
    api: Function, path: str
) -> None:
    answer = await api.call("GET", path, headers=NOBODY)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", answer.text)
    loaded = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"', answer.text)
    assert loaded
    for asset in loaded:
        found = await api.call("GET", asset, headers=NOBODY)
        assert found.status_code == 200, asset
        assert found.headers["x-content-type-options"] == "nosniff"


async def test_the_page_at_the_root_links_to_what_is_there(api: Function) -> None:
    answer = await api.call("GET", "/", headers=NOBODY)
    assert "Revenge Analytics" in answer.text
    for link in re.findall(r'<a href="([^"]+)"', answer.text):
        assert (await api.call("GET", link, headers=NOBODY)).status_code == 200, link


@pytest.mark.parametrize("name", ["__init__.py", "openapi.py", "swagger-ui.js.map", "..%2fmain.py"])
async def test_no_other_file_can_be_asked_for(api: Function, name: str) -> None:
    assert (await api.call("GET", f"/docs/{name}", headers=NOBODY)).status_code == 404


async def test_redoc_asks_its_makers_for_nothing(api: Function) -> None:
    answer = await api.call("GET", f"/docs/{REDOC}", headers=NOBODY)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "cdn.redoc.ly" not in answer.text
    assert "/docs/favicon.png" in answer.text
