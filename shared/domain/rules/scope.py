"""What a rule looks at: content types, libraries, servers, users and groups."""

from dataclasses import dataclass, replace
from typing import ClassVar

from shared.domain.timeline import Person, Segment, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Limits of a rule: an empty set includes everything, and an exclusion beats an inclusion.

    Users are ids as text. A segment whose library or server is unknown is outside every rule
    that names libraries or servers.
    """

    content_types: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    exclude_content_types: frozenset[str] = frozenset()
    exclude_libraries: frozenset[str] = frozenset()
    exclude_servers: frozenset[str] = frozenset()
    exclude_users: frozenset[str] = frozenset()
    exclude_groups: frozenset[str] = frozenset()

    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}

    def covers_person(self, person: Person) -> bool:
        """Say whether the rule is about this person."""
        user = frozenset({str(person.user_id)})
        return _inside(user, _lower(self.users), _lower(self.exclude_users)) and _inside(
            person.groups, self.groups, self.exclude_groups
        )

    def covers_segment(self, segment: Segment) -> bool:
        """Say whether the rule is about this segment."""
        return (
            _inside(_one(segment.content_type), self.content_types, self.exclude_content_types)
            and _inside(_one(segment.library_id), self.libraries, self.exclude_libraries)
            and _inside(_one(segment.server_id), self.servers, self.exclude_servers)
        )

    def narrow(self, timeline: Timeline) -> Timeline:
        """Return the timeline as the rule sees it: what is covered and not trusted."""
        seen = [segment for segment in timeline.segments if not segment.trusted]
        if self != EVERYTHING:
            seen = [segment for segment in seen if self.covers_segment(segment)]
        return (
            timeline
            if len(seen) == len(timeline.segments)
            else replace(timeline, segments=tuple(seen))
        )


EVERYTHING = Scope()


def _inside(values: frozenset[str], included: frozenset[str], excluded: frozenset[str]) -> bool:
    return (not included or bool(values & included)) and not values & excluded


def _one(value: str | None) -> frozenset[str]:
    return frozenset({value}) if value else frozenset()


def _lower(values: frozenset[str]) -> frozenset[str]:
    return frozenset(value.lower() for value in values)
