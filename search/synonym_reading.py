"""Reads of the list of synonyms for its desk."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from search import synonyms
from search.models import SynonymChange
from search.synonyms import Book, Group, asked


def get_synonym_group_for(actor: Actor, number: int) -> Group | None:
    """A group of the newest version as somebody who keeps the list sees it; None when it has ended.

    Raises SynonymChange.DoesNotExist when there never was such a group; Refused for other roles.
    """
    actor.require(Role.CURATOR, Role.OPERATOR)
    group = synonyms.book(synonyms.newest_version()).groups.get(number)
    if group is None and not SynonymChange.objects.filter(group=number).exists():
        raise SynonymChange.DoesNotExist
    return group


def history_of(number: int) -> list[SynonymChange]:
    """The changes of a group, the last first."""
    return list(
        SynonymChange.objects.filter(group=number).select_related("changed_by").order_by("-version")[:50]
    )


def version_of(text: str, newest: int) -> int:
    """A version that somebody names; the newest when it is none."""
    named = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else newest
    return named if synonyms.SHIPPED <= named <= newest else newest


def with_text(book: Book, text: str) -> Sequence[tuple[int, Group]]:
    """The groups with a member that holds the text or reads like it, by number; all without a text."""
    if not text:
        return list(book.groups.items())
    plain, read = text.casefold(), asked(text)
    return [
        (number, group)
        for number, group in book.groups.items()
        if any(plain in member.casefold() for member in group.members) or read in map(asked, group.members)
    ]
