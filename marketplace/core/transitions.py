"""Tables of moves: which state may follow which, by whose hand, under which guards. Pure.

One table serves the door that changes state, the buttons on a page, the permission tests, the CHECK
constraint on the state column and the diagram in the docs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """An act that may not happen, said for people: what is wrong, which rule, how to mend it.

    `code` is stable for programs and tests; `sentence` is for the reader; `rule` names the legal basis; `field` is the
    form's field the sentence speaks of, when it speaks of one: a page shows it there.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        rule: str | None = None,
        fix: str | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.rule, self.fix, self.field = code, sentence, rule, fix, field

    def __str__(self) -> str:
        parts = [self.sentence, self.fix or "", f"(Dasar: {self.rule})" if self.rule else ""]
        return " ".join(part for part in parts if part)


Guard = Callable[[Mapping[str, Any]], Refused | None]


@dataclass(frozen=True, slots=True)
class State:
    """A state a thing can be in. `timer` names the dated parameter that sets its deadline in working days."""

    code: str
    label: str
    timer: str | None = None
    terminal: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step between states: who may take it, what its button says, which act it leaves in the log.

    A move with several `targets` leads to whichever of them the act finds true; it leads to the first unless told.
    """

    name: str
    label: str
    sources: frozenset[str]
    targets: tuple[str, ...]
    roles: frozenset[str]
    act: str
    guards: tuple[Guard, ...] = ()
    primary: bool = True
    danger: bool = False

    @property
    def target(self) -> str:
        """Where the move leads unless the act says otherwise."""
        return self.targets[0]


def move(
    name: str,
    label: str,
    *,
    sources: str | Iterable[str],
    target: str | Iterable[str],
    roles: str | Iterable[str],
    act: str,
    guards: Iterable[Guard] = (),
    primary: bool = True,
    danger: bool = False,
) -> Move:
    """Write a Move without the frozenset noise: `sources`, `target` and `roles` take one name or several."""
    return Move(
        name=name,
        label=label,
        sources=frozenset([sources] if isinstance(sources, str) else sources),
        targets=tuple(dict.fromkeys([target] if isinstance(target, str) else target)),
        roles=frozenset([roles] if isinstance(roles, str) else roles),
        act=act,
        guards=tuple(guards),
        primary=primary,
        danger=danger,
    )


@dataclass(frozen=True)
class MoveTable:
    """All states and moves of one kind of thing. Built once at import; a wrong table cannot be built.

    A thing begins in `initial`, or in one of `beginnings` where it may begin otherwise. `groups` name states that
    moves take together, so that the drawing stays readable.
    """

    name: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    initial: str
    beginnings: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _state: dict[str, State] = field(init=False, repr=False)
    _move: dict[str, Move] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_state", {state.code: state for state in self.states})
        object.__setattr__(self, "_move", {each.name: each for each in self.moves})
        if len(self._state) != len(self.states) or len(self._move) != len(self.moves):
            raise ValueError(f"{self.name}: a state or move is named twice")
        unknown = {
            code for each in self.moves for code in (*each.sources, *each.targets)
        } - self._state.keys()
        unknown |= {self.initial, *self.beginnings} - self._state.keys()
        if unknown:
            raise ValueError(f"{self.name}: unknown states {sorted(unknown)}")
        stuck = {code for each in self.moves for code in each.sources if self._state[code].terminal}
        if stuck:
            raise ValueError(f"{self.name}: moves leave terminal states {sorted(stuck)}")

    def state(self, code: str) -> State:
        """The state called `code`; KeyError when the table has none."""
        return self._state[code]

    def move(self, name: str) -> Move:
        """The move called `name`; KeyError when the table has none."""
        return self._move[name]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, label) pairs for a model field."""
        return [(state.code, state.label) for state in self.states]

    def legal(self, state: str, role: str) -> list[Move]:
        """The moves `role` may try from `state`, in table order; guards are asked only at the door."""
        return [each for each in self.moves if state in each.sources and role in each.roles]

    def decide(self, state: str, name: str, role: str, facts: Mapping[str, Any]) -> Move:
        """The move if it may be taken now; raises Refused otherwise. Decides every state × move × role."""
        chosen = self._move.get(name)
        if chosen is None:
            raise Refused("unknown_move", f"Langkah “{name}” tidak dikenal.")
        if role not in chosen.roles:
            raise Refused(
                "wrong_role",
                f"Langkah “{chosen.label}” bukan wewenang peran Anda.",
                fix="Masuk dengan peran yang berwenang, atau teruskan kepada pejabatnya.",
            )
        if state not in chosen.sources:
            raise Refused(
                "wrong_state",
                f"“{chosen.label}” tidak dapat dilakukan saat status “{self._state[state].label}”.",
                fix="Muat ulang halaman untuk melihat langkah yang tersedia sekarang.",
            )
        for guard in chosen.guards:
            refusal = guard(facts)
            if refusal is not None:
                raise refusal
        return chosen

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, for the docs; a group of states is drawn as one box."""
        lines = ["stateDiagram-v2", *(f"    [*] --> {each}" for each in (self.initial, *self.beginnings))]
        for name, members in self.groups.items():
            lines += [f"    state {name} {{", *(f"        {code}" for code in members), "    }"]
        for each in self.moves:
            lines += [
                f"    {source} --> {target}: {each.label} ({', '.join(sorted(each.roles))})"
                for source in self._grouped(sorted(each.sources))
                for target in self._grouped(each.targets)
            ]
        lines += [f"    {state.code} --> [*]" for state in self.states if state.terminal]
        return "\n".join(lines) + "\n"

    def _grouped(self, codes: Iterable[str]) -> list[str]:
        """The codes, with those that make up a whole group replaced by its name."""
        left = list(codes)
        for name, members in self.groups.items():
            if set(members) <= set(left):
                left = [name, *(code for code in left if code not in members)]
        return left
