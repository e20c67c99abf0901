"""What people call the codes and ids that facts hold. The log keeps them; the words are found when it is told.

A code has the label of the column it tells (`figures`), else that of the column of that name on the thing acted on;
`settings.AUDIT_WORDS` names the rest. A thing (`purchase:4`, or a fact `purchase` that is an id) is called by its
title and by what `settings.AUDIT_NAMES` says of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final, TypeAlias

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext

Names: TypeAlias = Mapping[tuple[str, str], str]
"""(kind, id) → what people call that thing."""
Labels: TypeAlias = Callable[[str], object]

_THING: Final = re.compile(r"([a-z_]+):([0-9]{1,18})")


@cache
def _models() -> Mapping[str, type[Model]]:
    """Kind → its model; the kind is `aggregate`, else the model's own name (see the door)."""
    return {
        str(getattr(model, "aggregate", None) or model._meta.model_name): model for model in apps.get_models()
    }


def title_of(kind: str) -> str:
    """What people call such a thing; the kind itself when nobody has named it."""
    named: Mapping[str, str] = settings.AUDIT_KINDS
    if kind in named:
        return capfirst(gettext(named[kind]))
    model = _models().get(kind)
    return capfirst(str(model._meta.verbose_name)) if model else capfirst(kind)


def word_for(act: str, fact: str, code: str) -> str | None:
    """The label of a code in a fact of an act; None where it has none."""
    found = _labels(act, fact)(code)
    return None if found is None else str(found)


def thing_in(fact: str, value: object) -> tuple[str, str] | None:
    """(kind, id) of the thing a fact names, when it names one that has a name."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (fact, str(value)) if fact in settings.AUDIT_NAMES else None
    found = _THING.fullmatch(value) if isinstance(value, str) else None
    return (found[1], found[2]) if found and found[1] in settings.AUDIT_NAMES else None


def names_of(things: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What people call those things: one query for each kind. What is gone has no name."""
    ids: dict[str, set[str]] = {}
    for kind, pk in things:
        ids.setdefault(kind, set()).add(pk)
    found: dict[tuple[str, str], str] = {}
    for kind, pks in ids.items():
        label, column = settings.AUDIT_NAMES[kind]
        rows = apps.get_model(label)._default_manager.filter(pk__in=pks).values_list("pk", column)
        found |= {(kind, str(pk)): str(name) for pk, name in rows}
    return found


@cache
def _labels(act: str, fact: str) -> Labels:
    room = act.partition(".")[0]
    named: Mapping[str, str | tuple[str, str]] = settings.AUDIT_WORDS
    source = named.get(f"{act}:{fact}") or named.get(f"{room}:{fact}")
    if isinstance(source, str):
        told = import_string(source)
        return told.get if isinstance(told, Mapping) else told
    if source:
        column = _column(apps.get_model(source[0]), source[1])
    else:
        column = _column_told().get(f"{act}:{fact}") or _column(_models().get(room), fact)
    return dict(column.choices or ()).get if column else {}.get


@cache
def _column_told() -> Mapping[str, Field]:
    """`act:fact` → the column it tells, for all things that say so."""
    return {
        told: column
        for model in _models().values()
        for name, facts in getattr(model, "figures", {}).items()
        if (column := _column(model, name))
        for told in facts
    }


def _column(model: type[Model] | None, name: str) -> Field | None:
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None
