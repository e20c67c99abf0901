"""What the log can tell of, listed for choosing: kinds of things, and acts by room.

A thing that has a table is called as its model is; the few that have none, and the rooms after which acts are named,
are called in `settings.AUDIT_KINDS`.
"""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext

from marketplace.audit import acts
from marketplace.audit.words import title_of


def listed() -> list[tuple[str, str]]:
    """(kind, title) of what an entry can be about, by title, for choosing."""
    own = {str(kind) for model in apps.get_models() if (kind := getattr(model, "aggregate", None))}
    told = [(kind, title_of(kind)) for kind in own.union(settings.AUDIT_KINDS)]
    return sorted(told, key=lambda each: each[1])


def acts_by_room(*, whole: bool = False) -> list[tuple[str, list[tuple[str, str]]]]:
    """All acts with their titles, under the title of the first part of their names.

    `whole`: that part itself stands first in each group and means all of them.
    """
    rooms: dict[str, list[tuple[str, str]]] = {}
    for act in acts.known():
        room = act.name.partition(".")[0]
        rooms.setdefault(room, [(room, gettext("semua perbuatan"))] if whole else [])
        rooms[room].append((act.name, act.title))
    return sorted((title_of(room), told) for room, told in rooms.items())
