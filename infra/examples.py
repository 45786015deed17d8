"""Examples for the OpenAPI document: what an answer looks like, composed from its schema.

A model that brings an example is shown with it. Any other is composed of its properties, each by
the first of: its own example, its constant or first choice, a value that suits its name, one that
suits its format or type. So no answer is without an example, and none can grow old.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_JSON_TYPES: Mapping[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    type(None): "null",
}
_BY_FORMAT = {
    "uuid": "0198f7a0-5b1c-7c9e-8a51-0f6f6d4c2b7e",
    "date-time": "2026-11-20T20:04:00Z",
    "date": "2026-11-20",
}
_BY_TYPE: Mapping[str, Any] = {"boolean": False, "string": "...", "null": None, "object": {}}

# What a name tells, alone or with its model's. A value is used only where the schema's type takes
# it. Null where a thing is mostly without: a film has no show, an open violation was not closed.
_BY_NAME: Mapping[str, Any] = {
    "ActionView.state": "done",
    "InterruptionView.state": "paused",
    "SessionDetail.state": "playing",
    "SessionView.state": "playing",
    "ViolationDetail.state": "open",
    "ViolationView.state": "open",
    "action": "rule.update",
    "actor": "key:bootstrap",
    "address": "89.160.20.0/24",
    "album": None,
    "archived_at": None,
    "artist": None,
    "audio_codec": "eac3",
    "bitrate_kbps": 8000,
    "city": "Linköping",
    "client_name": "Plex Web",
    "client_version": "4.145.1",
    "closed_at": None,
    "closed_by": None,
    "code": "invalid_input",
    "container": "mkv",
    "content_id": "1042",
    "content_type": "movie",
    "continent": "EU",
    "country": "SE",
    "created_by": "key:bootstrap",
    "detail": "The input is not valid: limit: Input should be less than or equal to 500.",
    "device_id": "tv-1",
    "device_name": "Living room",
    "device_type": "TV",
    "disabled_reason": None,
    "email": "ada@example.org",
    "end_reason": None,
    "episode_number": None,
    "error": None,
    "errors": None,
    "failing_since": None,
    "field": "limit",
    "genre": "drama",
    "gone_at": None,
    "host": "media.example.org",
    "hour": 20,
    "ip_address": "89.160.20.112",
    "key": "rva_...",
    "last_error": None,
    "latitude": 58.4167,
    "library_id": "1",
    "longitude": 15.6167,
    "merged_into": None,
    "missing_since": None,
    "message": "Input should be less than or equal to 500",
    "mode": "live",
    "name": "ada",
    "network": "89.160.20.112",
    "network_class": "home",
    "network_key": "89.160.20.112",
    "network_kind": "residential",
    "next_cursor": None,
    "organisation": "An access provider",
    "platform": "webOS",
    "problem": None,
    "product": "Plex",
    "region": "Östergötland",
    "requested_by": "key:bootstrap",
    "resolution": "1080p",
    "rule_name": "Impossible travel",
    "rule_type": "impossible_travel",
    "revoked_at": None,
    "score": 90,
    "season_number": None,
    "sentence": "Streamed from Linköping until 20:04 and from London from 20:31.",
    "server_id": "main",
    "server_name": "Plex at home",
    "session_key": "42",
    "show_id": None,
    "show_title": None,
    "source": "plex",
    "status": 422,
    "stopped_at": None,
    "stream_type": "direct_play",
    "suspended_at": None,
    "title": "A film of two hours",
    "type": "about:blank",
    "tz": "Europe/Stockholm",
    "url": "https://media.example.org",
    "user_name": "ada",
    "version": "1.42.1",
    "video_codec": "hevc",
    "weekday": 5,
    "year": 2019,
}


def add_examples(document: dict[str, Any]) -> None:
    """Give every JSON answer that is no problem an example, at its model where it has one."""
    models = document["components"]["schemas"]
    for item in document["paths"].values():
        for operation in item.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/json")
                if (
                    content
                    and status.startswith("2")
                    and not {"example", "examples"} & set(content)
                ):
                    _show(content, models)


def _show(content: dict[str, Any], models: dict[str, Any]) -> None:
    schema = content["schema"]
    model = models.get(schema.get("$ref", "").rpartition("/")[2])
    if model is None:
        content["example"] = example_of(schema, models)
    elif "examples" not in model:
        model["examples"] = [example_of(schema, models)]


def example_of(schema: Schema, models: Mapping[str, Schema]) -> Any:  # noqa: ANN401  (JSON)
    """Return an example of what a schema describes; ``models`` are those that it refers to."""
    return _Composer(models).compose("", schema, ())


class _Composer:
    def __init__(self, models: Mapping[str, Schema]) -> None:
        self._models = models

    def compose(self, name: str, schema: Schema, within: tuple[str, ...]) -> Any:  # noqa: ANN401
        """Return an example of a property, in a model within others; null where these recur."""
        model = schema.get("$ref", "").rpartition("/")[2]
        if model:
            known = self._models[model]
            return None if model in within else self.compose(name, known, (*within, model))
        for said in (*_said(schema), *_named(name, schema, within)):
            return said
        for choice in _choices(schema):
            return self.compose(name, choice, within)
        return self._of_type(name, schema, within)

    def _of_type(self, name: str, schema: Schema, within: tuple[str, ...]) -> Any:  # noqa: ANN401
        kind = schema.get("type", "object")
        if kind == "array":
            return self._items(name, schema, within)
        if kind in ("integer", "number"):
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        properties = schema.get("properties")
        if properties is None:
            return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kind])
        return {key: self.compose(key, inner, within) for key, inner in properties.items()}

    def _items(self, name: str, schema: Schema, within: tuple[str, ...]) -> list[Any]:
        if "prefixItems" in schema:
            return [self.compose(name, item, within) for item in schema["prefixItems"]]
        item = schema.get("items", {})
        if item.get("$ref", "").rpartition("/")[2] in within:
            return []
        return [self.compose(name, item, within)] * max(1, schema.get("minItems", 1))


def _said(schema: Schema) -> Iterator[Any]:
    """Yield what a schema itself says that a value may be."""
    yield from schema.get("examples", ())
    if "const" in schema:
        yield schema["const"]
    yield from schema.get("enum", ())


def _named(name: str, schema: Schema, within: tuple[str, ...]) -> Iterator[Any]:
    """Yield what the name tells, first with its model's."""
    for known in (f"{within[-1]}.{name}" if within else name, name):
        if known in _BY_NAME and _takes(schema, _BY_NAME[known]):
            yield _BY_NAME[known]


def _choices(schema: Schema) -> Sequence[Schema]:
    """Return what a schema may be, that it may be nothing last."""
    among = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return sorted(among, key=lambda choice: choice.get("type") == "null")


def _takes(schema: Schema, value: object) -> bool:
    """Return whether the type of a schema, or of one of its choices, is that of a value."""
    kinds = {choice.get("type") for choice in (*_choices(schema), schema)}
    is_exact = bool({"format", "pattern"} & schema.keys())
    return _JSON_TYPES[type(value)] in kinds and not is_exact
