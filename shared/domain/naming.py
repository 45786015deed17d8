"""Finding in texts what names a person: as whole words, whatever the case."""

import json
import re
from collections.abc import Iterable

SHORTEST = 3
"""Shorter words stand in too many texts for other things."""


def pattern_of(words: Iterable[str]) -> str:
    """Return a regular expression that fits any of some words; PostgreSQL reads it as Python does.

    Each is looked for as it is, and as it stands in JSON. One that goes on in letters or digits is
    another word: "ada" is not in "Canada", nor 81.2.69.16 in 81.2.69.160.
    """
    wanted = {word for word in words if len(word) >= SHORTEST}
    wanted |= {json.dumps(word, ensure_ascii=False)[1:-1] for word in wanted}
    # The longest first, so that none is cut short by another that it begins with.
    either = "|".join(re.escape(word) for word in sorted(wanted, key=lambda w: (-len(w), w)))
    return rf"(?<!\w)(?:{either})(?!\w)"
