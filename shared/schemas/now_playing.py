"""A page that shows what plays now, for a frame in another page. It needs no script.

All text from outside is escaped, and what is shown of people is their names at most.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.schemas.streams import Row, full_title, stream_of
from shared.schemas.text import Word

Language = Literal["en", "de", "es", "fr"]
Theme = Literal["auto", "light", "dark"]

_LIGHT = "--back: #fff; --text: #1c1e22; --faint: #63686f; --bar: #2f6fde; --line: #e3e5e8"
_DARK = "--back: #17191c; --text: #eceef0; --faint: #a0a6ad; --bar: #6ea0f8; --line: #30343a"
_STYLE = f"""
:root, [data-theme=light] {{ color-scheme: light; {_LIGHT} }}
[data-theme=dark] {{ color-scheme: dark; {_DARK} }}
@media (prefers-color-scheme: dark) {{ [data-theme=auto] {{ color-scheme: dark; {_DARK} }} }}
body {{ margin: 0; padding: .75rem; background: var(--back); color: var(--text);
  font: 15px/1.4 system-ui, sans-serif }}
h1 {{ margin: 0 0 .5rem; font-size: .8rem; font-weight: 600; color: var(--faint) }}
ul {{ margin: 0; padding: 0; list-style: none }}
li {{ padding: .5rem 0; border-top: 1px solid var(--line) }}
li span {{ display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }}
small, p {{ margin: 0; color: var(--faint); font-size: .8rem }}
progress {{ width: 100%; height: 4px; accent-color: var(--bar) }}
"""
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class _Words:
    heading: str
    nothing: str
    paused: str
    more: str


_WORDS: Mapping[Language, _Words] = MappingProxyType(
    {
        "en": _Words("Now playing", "Nothing plays at the moment.", "paused", "and {} more"),
        "de": _Words("Läuft gerade", "Im Moment läuft nichts.", "pausiert", "und {} weitere"),
        "es": _Words("Reproduciendo ahora", "Ahora no se reproduce nada.", "en pausa", "y {} más"),
        "fr": _Words(
            "En cours de lecture", "Rien n'est lu en ce moment.", "en pause", "et {} de plus"
        ),
    }
)


class NowPlayingParameters(BaseModel):
    """How the page looks, and what it tells."""

    model_config = ConfigDict(extra="forbid")

    token: Word | None = Field(
        default=None,
        description="A key that permits `analytics.embed.view`, may permit `analytics.embed.names`,"
        " and permits nothing else.",
    )
    names: bool = Field(
        default=False, description="Say who watches; it takes `analytics.embed.names`."
    )
    theme: Theme = "auto"
    lang: Language = "en"
    limit: Annotated[int, Field(ge=1, le=50)] = 10
    refresh_seconds: Annotated[int, Field(ge=5, le=3600)] = 15


def security_policy(frame_ancestors: Iterable[str]) -> str:
    """Return what the page may load, which is nothing, and whose pages may frame it."""
    sources = ("'self'" if each == "self" else each for each in frame_ancestors)
    return (
        f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none';"
        f" form-action 'none'; frame-ancestors {' '.join(sources)}"
    )


def page(rows: Iterable[Row], streams: int, wanted: NowPlayingParameters) -> str:
    """Return the page.

    Args:
        rows: of ``list_sessions``, of what goes on, as many as are shown.
        streams: how many go on.
        wanted: how it looks, and what it tells.
    """
    words = _WORDS[wanted.lang]
    items = [_item(row, words, names=wanted.names) for row in rows]
    listed = f"<ul>{''.join(items)}</ul>" if items else f"<p>{escape(words.nothing)}</p>"
    if streams > len(items):
        listed += f"<p>{escape(words.more.format(streams - len(items)))}</p>"
    return (
        f'<!doctype html><html lang="{wanted.lang}" data-theme="{wanted.theme}">'
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="refresh" content="{wanted.refresh_seconds}">'
        f"<title>{escape(words.heading)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(words.heading)}</h1>{listed}</body></html>"
    )


def _item(row: Row, words: _Words, *, names: bool) -> str:
    stream, title = stream_of(row), escape(full_title(row))
    beside = [escape(stream.user_name)] if names else []
    if row["state"] == "paused":
        beside.append(escape(words.paused))
    told = f"<small>{' · '.join(beside)}</small>" if beside else ""
    bar = (
        f'<progress max="100" value="{stream.percent}">{stream.percent} %</progress>'
        if stream.duration_ms
        else ""
    )
    return f'<li><span title="{title}">{title}</span>{told}{bar}</li>'
