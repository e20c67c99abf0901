"""What the releases of a process come to together: the compiled release of OCDS 1.1.

Objects are merged, lists of things with an id by those ids, any other list is replaced whole, and null takes a value
away. The tests hold the result against `ocdsmerge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_OF_ONE_RELEASE: Final = frozenset({"id", "date", "tag"})
_WHOLE: Final = frozenset({"additionalIdentifiers", "additionalClassifications"})
"""Lists that the schema replaces whole although their members have ids."""


def compiled(releases: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The compiled release of releases in the order of their dates. ValueError when there are none."""
    merged: dict[str, Any] = {}
    last: Mapping[str, Any] | None = None
    for last in releases:
        _merge(merged, {key: value for key, value in last.items() if key not in _OF_ONE_RELEASE})
    if last is None:
        raise ValueError("a process without a release has no compiled release")
    return {
        "ocid": merged.pop("ocid"),
        "id": f"{last['ocid']}-{last['date']}",
        "date": last["date"],
        "tag": ["compiled"],
        **merged,
    }


def _merge(into: dict[str, Any], change: Mapping[str, Any]) -> None:
    for key, value in change.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, Mapping):
            inner = into.setdefault(key, {})
            _merge(inner, value)
        elif key not in _WHOLE and _has_ids(value):
            _merge_by_id(into.setdefault(key, []), value)
        else:
            into[key] = value


def _has_ids(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(member, Mapping) and "id" in member for member in value)
    )


def _merge_by_id(into: list[dict[str, Any]], change: Iterable[Mapping[str, Any]]) -> None:
    known = {member["id"]: member for member in into}
    for member in change:
        if member["id"] not in known:
            known[member["id"]] = {}
            into.append(known[member["id"]])
        _merge(known[member["id"]], member)
