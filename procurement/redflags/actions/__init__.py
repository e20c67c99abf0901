"""What happens to red flags."""

from procurement.redflags.actions.contacts import index_contacts
from procurement.redflags.actions.evaluating import Evaluated, evaluate, evaluate_region
from procurement.redflags.actions.raising import Kept, give_up_outdated, raise_flags
from procurement.redflags.actions.reviewing import answer, ask, clear, escalate, take_up

__all__ = [
    "Evaluated",
    "Kept",
    "answer",
    "ask",
    "clear",
    "escalate",
    "evaluate",
    "evaluate_region",
    "give_up_outdated",
    "index_contacts",
    "raise_flags",
    "take_up",
]
