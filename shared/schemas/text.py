"""Texts that come in: bounded, and without what PostgreSQL cannot store."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("contains a NUL character, which cannot be stored")
    return text


Text = Annotated[str, Field(max_length=1_000), AfterValidator(_without_nul)]
Word = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_without_nul)]
