"""Verbs of ordering. Each opens the door itself and is called outside a transaction."""

from __future__ import annotations

from procurement.purchasing.actions.agreeing import (
    DeliveryTerms,
    LineTerms,
    Terms,
    agree_anew,
    agreement_of,
    terms_of,
)
from procurement.purchasing.actions.answers import approve, cancel, confirm, decline, refuse, said
from procurement.purchasing.actions.clockwork import lapse, lapse_due
from procurement.purchasing.actions.closing import close, close_due
from procurement.purchasing.actions.people import take_over
from procurement.purchasing.actions.stepping import arrive, set_stage, stepping
from procurement.purchasing.actions.submission import submit_basket
from procurement.purchasing.actions.together import approve_together
from procurement.purchasing.parcelling import Destination

__all__ = [
    "DeliveryTerms",
    "Destination",
    "LineTerms",
    "Terms",
    "agree_anew",
    "agreement_of",
    "approve",
    "approve_together",
    "arrive",
    "cancel",
    "close",
    "close_due",
    "confirm",
    "decline",
    "lapse",
    "lapse_due",
    "refuse",
    "said",
    "set_stage",
    "stepping",
    "submit_basket",
    "take_over",
    "terms_of",
]
