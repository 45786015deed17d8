"""What lists can be narrowed to. Each filter is optional, and those given hold together."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, IPvAnyAddress

from shared.domain.action_state import ActionKind, ActionState
from shared.domain.case import CaseState
from shared.domain.rules.rule import RuleMode, RuleType
from shared.domain.session import SessionOrder, State
from shared.domain.statistics.period import Window
from shared.domain.statistics.titles import TitleKind
from shared.domain.trusted import TrustedKind
from shared.schemas.moments import AskedInstant, Moment
from shared.schemas.pages import CursorParameters, PageParameters
from shared.schemas.periods import TimeParameters
from shared.schemas.session_events import ContentType, Word
from shared.schemas.stream_filters import Country, Filters, StreamFilters, StreamType
from shared.schemas.text import NetworkText, NotBlank, without_nul

_TITLE = f"^({'|'.join(TitleKind)})/."

Start = Annotated[
    AskedInstant | None, Field(description="From this instant on; RFC 3339 with offset.")
]
End = Annotated[
    AskedInstant | None, Field(description="Before this instant; RFC 3339 with offset.")
]


class Choice(BaseModel):
    """Which things of a kind; nothing given is all of them."""

    model_config = ConfigDict(extra="forbid")


class StreamChoice(Choice):
    """Which sessions, by all but their time, one value of each."""

    user_id: UUID | None = None
    server_id: Word | None = None
    library_id: Word | None = None
    content_type: ContentType | None = None
    device_id: Word | None = None
    platform: Word | None = None
    state: State | None = None
    stream_type: StreamType | None = None
    country: Country | None = Field(default=None, description="ISO 3166-1 alpha-2.")
    network: NetworkText | None = Field(
        default=None,
        description="An address or a CIDR, at which a session was last. Who may not see addresses"
        " asks for no less than what is shown to them: a /24, of IPv6 a /48.",
    )
    search: NotBlank | None = Field(
        default=None,
        description="Words, or parts of words, that all occur in what the item is called: its"
        " title and those of its show, artist, album or channel.",
    )
    title: (
        Annotated[str, Field(max_length=520, pattern=_TITLE), AfterValidator(without_nul)] | None
    ) = Field(
        default=None,
        description="An item, show, season, artist, album or channel, addressed as its page is:"
        " `channel/c1`. What began within the last minutes may not be counted yet to belong to a"
        " group.",
        examples=["show/019a9f40"],
    )


class SessionChoice(StreamChoice):
    """Which sessions, also by when they started."""

    start: Start = None
    end: End = None


class ActiveFilters(Filters, StreamChoice, PageParameters):
    """Which of the sessions that go on, and in which order.

    What can be said by one value and by a list (`user_id`, `users`) holds together like all else.
    """

    sort: SessionOrder = Field(
        default=SessionOrder.NEWEST, description="By start: the newest, or the oldest first."
    )


class HistoryParameters(TimeParameters, CursorParameters):
    """Of what time; as far as sessions are kept, if nothing is said."""

    window: Window | None = Field(
        default=None, description="Today and the days before it; as far as they are kept if absent."
    )
    start: Moment | None = Field(default=None, description="From this day or instant on.")
    end: Moment | None = Field(default=None, description="Before this day or instant.")

    def filters(self) -> dict[str, object]:
        """Return the filters that were given, without the page and the time."""
        given = super().filters()
        return {name: given[name] for name in given.keys() - HistoryParameters.model_fields.keys()}


class SessionFilters(HistoryParameters, ActiveFilters):
    """Which sessions, also by when they started and whether they go on, and in which order."""

    active: bool | None = Field(default=None, description="true: going on; false: ended.")


class OwnSessionFilters(HistoryParameters, StreamFilters):
    """Which of one's own sessions."""


class ViolationChoice(Choice):
    """Which cases; the times are those of their latest evidence."""

    user_id: UUID | None = None
    rule_id: UUID | None = None
    rule_type: RuleType | None = None
    state: CaseState | None = None
    mode: RuleMode | None = None
    severity: Annotated[int, Field(ge=1, le=5)] | None = Field(
        default=None, description="1 is the gravest, 5 the mildest."
    )
    start: Start = None
    end: End = None


class ViolationFilters(ViolationChoice, PageParameters):
    """Which page of which cases."""


class ActionFilters(PageParameters):
    """Which actions."""

    user_id: UUID | None = None
    case_id: UUID | None = None
    session_id: UUID | None = None
    kind: ActionKind | None = None
    state: ActionState | None = None


class TrustChoice(Choice):
    """Whose scores."""

    max_score: Annotated[int, Field(ge=0, le=100)] | None = Field(
        default=None, description="Scores up to this one."
    )


class TrustFilters(TrustChoice, PageParameters):
    """Which page of whose scores."""

    archived: bool = Field(
        default=False, description="true: archived people, in place of all others."
    )


class RuleChoice(Choice):
    """Which rules."""

    type: RuleType | None = None
    mode: RuleMode | None = None
    severity: Annotated[int, Field(ge=1, le=5)] | None = Field(
        default=None, description="1 is the gravest, 5 the mildest."
    )


class TrustedFilters(PageParameters):
    """Which trusted entries."""

    kind: TrustedKind | None = None
    user_id: UUID | None = Field(default=None, description="Theirs; of a pair, either one's.")
    case_id: UUID | None = None
    in_force: bool | None = Field(default=None, description="false: expired.")


class OverrideFilters(PageParameters):
    """Which network overrides."""

    address: IPvAnyAddress | None = Field(default=None, description="Those that hold it.")


class SharingScoreFilters(PageParameters):
    """Whose sharing scores."""

    min_score: Annotated[int, Field(ge=0, le=100)] = Field(
        default=0, description="Scores from this one on."
    )
    archived: bool = Field(
        default=False, description="true: archived people, in place of all others."
    )


class LinkFilters(CursorParameters):
    """Which pairs of accounts."""

    user_id: UUID | None = Field(default=None, description="Only pairs with this one.")
    trusted: bool | None = Field(
        default=None, description="true: only trusted pairs; false: only the others."
    )


class DeliveryFilters(CursorParameters):
    """Which deliveries."""

    channel_id: UUID | None = None
    state: Literal["pending", "delivered", "dead"] | None = None
