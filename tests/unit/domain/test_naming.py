"""What names a person is found as a whole word, and only then."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.naming import SHORTEST, pattern_of


def fits(word: str, text: str) -> bool:
    return re.search(pattern_of([word]), text, re.IGNORECASE) is not None


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("ada", "Ada called", True),
        ("ada", "from Canada", False),
        ("ada@example.org", "mail to <ada@example.org>.", True),
        ("81.2.69.16", "81.2.69.160", False),
        ("81.2.69.160", "from 81.2.69.160:443", True),
        ("81.2.69.160", "81x2x69x160", False),
        ('o"neil', '{"name": "o\\"neil"}', True),
        ("(a.b)*", "this is (a.b)* here", True),
    ],
)
def test_a_word_is_found_whole(word: str, text: str, expected: bool) -> None:  # noqa: FBT001
    assert fits(word, text) is expected


@given(st.text(min_size=SHORTEST, max_size=20))
def test_any_word_is_found_in_its_own_json(word: str) -> None:
    assert fits(word, json.dumps([word], ensure_ascii=False))


def test_of_words_that_begin_alike_the_longest_is_found() -> None:
    pattern = pattern_of(["ada", "ada lovelace"])
    assert re.sub(pattern, "x", "ada lovelace and ada") == "x and x"
