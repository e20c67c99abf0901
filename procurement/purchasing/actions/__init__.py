"""Verbs of ordering. Each opens the door itself and is called outside a transaction."""

from __future__ import annotations

from procurement.purchasing.actions.addenda import (
    Change,
    Place,
    agree_addendum,
    lapse_addenda,
    propose_addendum,
    reject_addendum,
    withdraw_addendum,
)
from procurement.purchasing.actions.agreeing import (
    DeliveryTerms,
    LineTerms,
    Terms,
    agree_anew,
    agreement_of,
    terms_of,
)
from procurement.purchasing.actions.answers import approve, cancel, confirm, decline, refuse
from procurement.purchasing.actions.clockwork import lapse, lapse_due
from procurement.purchasing.actions.closing import close, close_due
from procurement.purchasing.actions.endorsing import endorse, lift_hold
from procurement.purchasing.actions.negotiating import Offer, agree, counter
from procurement.purchasing.actions.people import take_over
from procurement.purchasing.actions.stepping import arrive, set_stage, stepping
from procurement.purchasing.actions.submission import submit_basket
from procurement.purchasing.actions.together import approve_together
from procurement.purchasing.checks import said
from procurement.purchasing.parcelling import Destination

__all__ = [
    "Change",
    "DeliveryTerms",
    "Destination",
    "LineTerms",
    "Offer",
    "Place",
    "Terms",
    "agree",
    "agree_addendum",
    "agree_anew",
    "agreement_of",
    "approve",
    "approve_together",
    "arrive",
    "cancel",
    "close",
    "close_due",
    "confirm",
    "counter",
    "decline",
    "endorse",
    "lapse",
    "lapse_addenda",
    "lapse_due",
    "lift_hold",
    "propose_addendum",
    "refuse",
    "reject_addendum",
    "said",
    "set_stage",
    "stepping",
    "submit_basket",
    "take_over",
    "terms_of",
    "withdraw_addendum",
]
