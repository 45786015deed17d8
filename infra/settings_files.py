"""Write the files that show every setting, from the class that reads them: ``make settings``.

They are committed, and a test compares, so that a setting without a word about it does not land.
"""

import sys
from pathlib import Path
from typing import Any, cast

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from shared.settings import Settings

ROOT = Path(__file__).parents[1]

_PAGE = """\
# Settings

Environment over `config.yaml` over the defaults below. A setting is named alike everywhere: the
variable `ANALYTICS_RETENTION_DAYS` is `analytics.retention_days` in YAML, and whatever begins with
`ANALYTICS_` may carry a prefix as well (`REVENGE_ANALYTICS_RETENTION_DAYS`). `ANALYTICS_CONFIG_PATH`
says where another `config.yaml` lies. A wrong setting stops the start with one line that names it.

*The host* is a playback service of your own that signs its users in. With Plex, Jellyfin or Emby you
need nothing that speaks of it, of tokens (`JWT`) or of callers (`CALLER`).

`make run` chooses the database, the keys, the place databases, the public address and how its jobs
prove who they are; what you set wins. It has three variables of its own:

| variable | default | meaning |
| --- | --- | --- |
| `PORT` | `8080` | Where the service listens. |
| `LISTEN_HOST` | `127.0.0.1` | For whom: this machine alone; `0.0.0.0` for [the whole network](operating.md). |
| `DATA_DIR` | `.local` | The folder of all state. |

Every setting:

| variable | default | meaning |
| --- | --- | --- |
"""

_ENVIRONMENT_HEAD = """\
# Every setting as an environment variable, with its default; docs/settings.md says more. Nothing reads
# this file by itself: it is of the form that docker run --env-file and systemd's EnvironmentFile= take.
# For make run, copy config.example.yaml to config.yaml, which is read.
"""

_YAML_HEAD = """\
# Every setting that is no secret, with its default. Copy to config.yaml and change what you need:
# what the environment says wins over this file. docs/settings.md says more.
"""


def files() -> dict[Path, str]:
    """Return each file's text by its path."""
    fields = Settings.model_fields
    return {
        ROOT / "docs" / "settings.md": _PAGE + "".join(_row(n, f) for n, f in fields.items()),
        ROOT / ".env.example": _ENVIRONMENT_HEAD
        + "".join(_variable(name, field) for name, field in fields.items()),
        ROOT / "config.example.yaml": _YAML_HEAD + _yaml(fields),
    }


def _row(name: str, field: FieldInfo) -> str:
    default = _default(field)
    shown = "required" if field.is_required() else f"`{default}`" if default else ""
    return f"| `{name.upper()}` | {shown} | {field.description} |\n"


def _variable(name: str, field: FieldInfo) -> str:
    return f"\n# {field.description}\n# {name.upper()}={_default(field)}\n"


def _yaml(fields: dict[str, FieldInfo]) -> str:
    """Write the settings of our own, flat below ``analytics``; secrets belong elsewhere."""
    lines = ["analytics:\n"]
    for name, field in fields.items():
        if not name.startswith("analytics_") or "Secret" in str(field.annotation):
            continue
        key = name.removeprefix("analytics_")
        lines.append(f"  # {field.description}\n  # {key}: {_default(field)}".rstrip() + "\n")
    return "".join(lines)


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is PydanticUndefined or value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, cast("tuple[object, ...]", value)))
    return str(value)


def main() -> int:
    """Write the files."""
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
