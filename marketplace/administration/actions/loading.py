"""Bringing the rules that ship with the project into force: an act of the system, told row by row."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.administration.actions.rules import parameter_facts
from marketplace.regulation.loading import CALENDAR, Loaded, load_all
from marketplace.regulation.queries import forget_rules
from marketplace.workflow.door import doing

LOADER: Final = Actor.system("Pemuatan peraturan")


def load_regulation() -> Loaded:
    """Insert what the shipped files have and the tables have not; loading the same again writes nothing."""
    with doing(actor=LOADER) as deed:
        loaded = load_all()
        deed.record_many(("parameter.load", each, parameter_facts(each)) for each in loaded.parameters)
        deed.record_many(
            (
                "holiday.load",
                each,
                {
                    "day": each.day.isoformat(),
                    "holiday": each.name,
                    "kind": str(each.kind),
                    "legal_basis": each.legal_basis,
                    "source": CALENDAR,
                },
            )
            for each in loaded.holidays
        )
        deed.after_commit(forget_rules)
    return loaded
