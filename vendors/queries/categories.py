"""Categories that may hold listings."""

from __future__ import annotations

from oscar.core.loading import get_model

Category = get_model("catalogue", "Category")


def leaf_categories() -> list[tuple[int, str]]:
    """(id, `Konsumsi › Nasi kotak`) of every category that may hold listings."""
    return _named(leaves_alone=True)


def all_categories() -> list[tuple[int, str]]:
    """(id, `Konsumsi › Nasi kotak`) of every category, branches too."""
    return _named(leaves_alone=False)


def _named(*, leaves_alone: bool) -> list[tuple[int, str]]:
    rows = list(
        Category.objects.filter(is_public=True, ancestors_are_public=True)
        .order_by("path")
        .values_list("pk", "path", "name", "numchild")
    )
    names = {path: name for _pk, path, name, _children in rows}
    step = Category.steplen
    return [
        (pk, " › ".join(names[path[:end]] for end in range(step, len(path) + 1, step) if path[:end] in names))
        for pk, path, _name, children in rows
        if not (leaves_alone and children)
    ]
