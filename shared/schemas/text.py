"""Texts that come in: bounded, and without what PostgreSQL cannot store."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from shared.domain.network import parse_network


def without_nul(text: str) -> str:
    """Return a text; one with a NUL character is refused."""
    if "\x00" in text:
        raise ValueError("contains a NUL character, which cannot be stored")
    return text


Text = Annotated[str, Field(max_length=1_000), AfterValidator(without_nul)]
Word = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(without_nul)]

# What the schema is to say has to stand before the function: pydantic tells of nothing after it.
NotBlank = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"\S"), AfterValidator(without_nul)
]
Remark = Annotated[
    str, Field(min_length=1, max_length=500, pattern=r"\S"), AfterValidator(without_nul)
]


def _network(value: object) -> IPv4Network | IPv6Network:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004  (pydantic takes ValueError)
    return parse_network(value)


NetworkText = Annotated[
    IPv4Network | IPv6Network,
    PlainValidator(_network),
    WithJsonSchema({"type": "string", "examples": ["81.2.69.0/24", "2a02:c7f:0:10::/64"]}),
]
