"""Tables of moves: they cannot be built wrong, and they decide every state × move × role."""

from __future__ import annotations

from itertools import product

import pytest

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Move, MoveTable, Refused, State, move
from procurement.planning.workflow import PACKAGE


def closed_on_sunday(facts):
    return (
        Refused("sunday", "Hari Minggu tutup.", rule="Kebiasaan", fix="Datang Senin.")
        if facts["sunday"]
        else None
    )


STATES = (State("OPEN", "Buka", timer="t"), State("SHUT", "Tutup"), State("GONE", "Bubar", terminal=True))
MOVES = (
    move(
        "shut",
        "Tutup",
        sources="OPEN",
        target="SHUT",
        roles=("PA", "KPA"),
        act="door.shut",
        guards=[closed_on_sunday],
    ),
    move("open", "Buka", sources="SHUT", target="OPEN", roles="PA", act="door.open"),
    move(
        "leave", "Bubar", sources=("OPEN", "SHUT"), target="GONE", roles="PA", act="door.leave", danger=True
    ),
)
TABLE = MoveTable("door", STATES, MOVES, "OPEN")


def decide(table: MoveTable, state: str, name: str, role: str, facts) -> str:
    try:
        return table.decide(state, name, role, facts).target
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize("table", [TABLE, PACKAGE], ids=lambda table: table.name)
def test_every_state_move_and_role_is_decided(table: MoveTable) -> None:
    facts = {
        "sunday": False,
        "kd_rup": "60999001",
        "announced": True,
        "active": True,
        "pagu": 10,
        "hps_total": 5,
        "ppk_user": 1,
        "pp_user": 2,
        "under_way": 0,
    }
    for state, each, role in product(table.states, table.moves, Role):
        answer = decide(table, state.code, each.name, role, facts)
        if role not in each.roles:
            assert answer == "wrong_role"
        elif state.code not in each.sources:
            assert answer == "wrong_state"
        else:
            assert answer == each.target
            assert each in table.legal(state.code, role)
        assert not (state.terminal and state.code in each.sources)


def test_guards_speak_last_and_in_order() -> None:
    assert decide(TABLE, "OPEN", "shut", "PA", {"sunday": True}) == "sunday"
    assert decide(TABLE, "SHUT", "shut", "PA", {"sunday": True}) == "wrong_state"
    assert decide(TABLE, "OPEN", "shut", "VENDOR", {"sunday": True}) == "wrong_role"
    assert decide(TABLE, "OPEN", "fly", "PA", {}) == "unknown_move"


def test_legal_moves_come_in_table_order() -> None:
    assert [each.name for each in TABLE.legal("OPEN", "PA")] == ["shut", "leave"]
    assert TABLE.legal("GONE", "PA") == []
    assert TABLE.legal("OPEN", "VENDOR") == []


@pytest.mark.parametrize(
    ("states", "moves", "initial", "word"),
    [
        ((*STATES, State("OPEN", "Lagi")), MOVES, "OPEN", "twice"),
        (STATES, (*MOVES, MOVES[0]), "OPEN", "twice"),
        (STATES, MOVES, "NOWHERE", "unknown"),
        (STATES, (move("x", "X", sources="OPEN", target="MARS", roles="PA", act="a.b"),), "OPEN", "unknown"),
        (STATES, (move("x", "X", sources="MARS", target="OPEN", roles="PA", act="a.b"),), "OPEN", "unknown"),
        (STATES, (move("x", "X", sources="GONE", target="OPEN", roles="PA", act="a.b"),), "OPEN", "terminal"),
    ],
)
def test_a_wrong_table_cannot_be_built(
    states: tuple[State, ...], moves: tuple[Move, ...], initial: str, word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        MoveTable("wrong", states, moves, initial)


def test_a_table_shows_itself() -> None:
    assert TABLE.choices == [("OPEN", "Buka"), ("SHUT", "Tutup"), ("GONE", "Bubar")]
    assert TABLE.state("OPEN").timer == "t"
    drawing = TABLE.mermaid()
    assert drawing.startswith("stateDiagram-v2\n    [*] --> OPEN\n")
    assert "OPEN --> SHUT: Tutup (KPA, PA)" in drawing
    assert "GONE --> [*]" in drawing


def test_a_refusal_is_said_for_people() -> None:
    refused = Refused("code", "Tidak bisa.", rule="UU 1", fix="Coba lagi.")
    assert str(refused) == "Tidak bisa. Coba lagi. (Dasar: UU 1)"
    assert str(Refused("code", "Tidak bisa.")) == "Tidak bisa."
