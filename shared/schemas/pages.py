"""Lists as every endpoint gives them: a page of data, and where the next one begins."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field

from shared.schemas.exports import OF_PAGES, Limited

MAX_LIMIT = 500
DEFAULT_LIMIT = 50
# Skipped rows are read all the same; who goes further walks by cursor.
MAX_OFFSET = 100_000

Item = TypeVar("Item")


class PageInfo(BaseModel):
    """Where a page stands in its list."""

    next_cursor: str | None = Field(
        description="Give it as `cursor` for the next page; null on the last one."
    )
    limit: int = Field(description="How many a page holds at most.")
    total: int | None = Field(
        default=None,
        exclude_if=lambda total: total is None,
        description="How many there are; only where it was asked for.",
    )
    total_is_least: bool = Field(
        default=False,
        exclude_if=lambda is_least: not is_least,
        description="Counting stopped at `total`, and there are more.",
    )


class Page(BaseModel, Generic[Item]):
    """A page of a list."""

    data: list[Item]
    page: PageInfo


class CursorParameters(Limited):
    """What any long list can be asked."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str, Field(max_length=1_000)] | None = Field(
        default=None, description="`next_cursor` of the page before."
    )

    def filters(self) -> dict[str, object]:
        """Return the filters that were given, without the page."""
        said = self.model_dump(exclude={"format", *OF_PAGES}, exclude_none=True)
        return {name: value for name, value in said.items() if value != []}


class PageParameters(CursorParameters):
    """What a list can be asked that also counts, and skips by number."""

    offset: Annotated[int, Field(ge=0, le=MAX_OFFSET)] = Field(
        default=0, description="How many to skip, in place of a cursor."
    )
    total: bool = Field(default=False, description="Also count how many there are.")


def whole(items: list[Item]) -> Page[Item]:
    """Return a short list that is always given whole."""
    info = PageInfo(next_cursor=None, limit=max(len(items), MAX_LIMIT), total=len(items))
    return Page(data=items, page=info)
