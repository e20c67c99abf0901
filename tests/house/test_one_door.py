"""Only ``marketplace.workflow`` writes a state, nothing tracked is written in bulk, no signal hides anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from marketplace.workflow.agreement import figures_of, kinds
from tests.house.code import Source, parsed, sources

DOOR = "marketplace.workflow"
BELOW_THE_DOOR = {
    "marketplace/administration/actions/rules.py": "a dated parameter lies below the log and cannot be an aggregate; "
    "proposals are decided under lock, by two persons, with their own entries",
    "marketplace/administration/actions/calendar.py": "a proposed holiday lies below the log like a dated parameter",
}
"""Files that write a state which the door cannot know, each with the reason."""
BULK_WRITES = {"update", "aupdate", "bulk_update", "abulk_update", "update_or_create"}
SIGNALS = set(
    "pre_init post_init pre_save post_save pre_delete post_delete m2m_changed class_prepared pre_migrate "
    "post_migrate request_started request_finished got_request_exception setting_changed template_rendered "
    "connection_created user_logged_in user_logged_out user_login_failed".split()
)
SIGNALS_OF_TOOLS: dict[str, str] = {}
"""Files that connect to a signal of a tool which offers no other way in, each with the reason."""


def state_writes(source: Source) -> Iterator[str]:
    """Every place that sets ``.state`` or updates a ``state`` column."""
    for node in source.nodes():
        assigned = any(
            isinstance(target, ast.Attribute) and target.attr == "state" for target in targets(node)
        )
        if assigned or (isinstance(node, ast.Call) and writes_state(node)):
            yield source.at(node)


def targets(node: ast.AST) -> list[ast.expr]:
    """What an assignment assigns to, with tuples taken apart."""
    if isinstance(node, ast.Assign):
        flat: list[ast.expr] = []
        for target in node.targets:
            flat += target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        return flat
    if isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        return [node.target]
    return []


def writes_state(call: ast.Call) -> bool:
    """Whether a call is ``update(state=…)``, ``bulk_update(…, ["state"])`` or ``setattr(x, "state", …)``."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"update", "aupdate"}:
        return any(keyword.arg == "state" for keyword in call.keywords)
    if name in {"bulk_update", "abulk_update", "setattr", "update_or_create"}:
        return any(
            isinstance(node, ast.Constant) and node.value == "state"
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
            for node in ast.walk(argument)
        )
    return False


def test_only_the_door_writes_a_state():
    outside = [source for source in sources() if source.room != DOOR and source.name not in BELOW_THE_DOOR]

    assert not [place for source in outside for place in state_writes(source)]


@pytest.mark.parametrize(
    "text",
    [
        "purchase.state = 'PAID'",
        "purchase.state, other = 'PAID', 1",
        "Purchase.objects.filter(pk=1).update(state='PAID')",
        "Purchase.objects.bulk_update(rows, ['state'])",
        "Purchase.objects.bulk_update(rows, fields=['due_at', 'state'])",
        "setattr(purchase, 'state', 'PAID')",
    ],
)
def test_a_write_past_the_door_is_seen(text):
    assert list(state_writes(parsed(text)))


@pytest.mark.parametrize(
    "text", ["if purchase.state == 'PAID': pass", "rows.update(amount=1)", "facts = {'state': 1}"]
)
def test_reading_a_state_is_free(text):
    assert not list(state_writes(parsed(text)))


TRACKED_BELOW: dict[str, str] = {}
"""Files that write a column the log tells past the door's transaction, each with the reason."""


def tracked() -> dict[str, set[str]]:
    """Model class → its columns that the audit compares with the log, state included."""
    found: dict[str, set[str]] = {}
    for _kind, model in kinds():
        columns = set(figures_of(model)) | {name.removesuffix("_id") for name in figures_of(model)}
        found[model.__name__] = columns | {"state"}
    return found


def writes_behind(call: ast.Call, columns: dict[str, set[str]]) -> bool:
    """Whether a call changes tracked columns of many rows at once: ``Model….update(column=…)``, ``bulk_update``."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in BULK_WRITES:
        return False
    named = columns.get(root_of(call.func.value), set())
    said: set[object] = {keyword.arg for keyword in call.keywords}
    said |= {node.value for each in call.args for node in ast.walk(each) if isinstance(node, ast.Constant)}
    return bool(named & said)


def root_of(node: ast.expr) -> str:
    """The name a chain of attributes and calls begins with."""
    while isinstance(node, (ast.Attribute, ast.Call)):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def test_no_tracked_column_is_written_for_many_rows_at_once():
    """What the audit compares changes row by row, under a lock, beside the entry that tells it."""
    columns = tracked()
    found = [
        source.at(node)
        for source in sources()
        if source.name not in TRACKED_BELOW
        for node in source.nodes()
        if isinstance(node, ast.Call) and writes_behind(node, columns)
    ]

    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "Purchase.objects.filter(pk=1).update(total=1)",
        "Purchase._default_manager.all().update(sp_number='x')",
        "Payout.objects.bulk_update(rows, ['amount'])",
        "Paper.objects.filter(pk=1).update(pdf_sha256='')",
    ],
)
def test_a_tracked_column_written_in_bulk_is_seen(text):
    calls = [node for node in parsed(text).nodes() if isinstance(node, ast.Call)]

    assert any(writes_behind(call, tracked()) for call in calls)


@pytest.mark.parametrize(
    "text", ["Purchase.objects.update(closing_reason='x')", "Other.objects.update(total=1)"]
)
def test_other_columns_are_free(text):
    calls = [node for node in parsed(text).nodes() if isinstance(node, ast.Call)]

    assert not any(writes_behind(call, tracked()) for call in calls)


def receivers(source: Source) -> Iterator[str]:
    """Every signal receiver: ``@receiver(…)`` or ``some_signal.connect(…)``."""
    for node in source.nodes():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and "receiver" in map(
            decorator_name, node.decorator_list
        ):
            yield source.at(node)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "connect"
        ):
            owner = ast.unparse(node.func.value).rpartition(".")[2]
            if owner in SIGNALS or owner.endswith("signal"):
                yield source.at(node)


def decorator_name(node: ast.expr) -> str:
    """The last part of a decorator's name."""
    called = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(called).rpartition(".")[2]


def test_nothing_of_ours_listens_to_a_signal():
    assert not [
        place for source in sources() if source.name not in SIGNALS_OF_TOOLS for place in receivers(source)
    ]


@pytest.mark.parametrize("text", ["@receiver(post_save)\ndef f(**kw): ...", "signals.post_save.connect(f)"])
def test_a_receiver_is_seen(text):
    assert list(receivers(parsed(text)))
