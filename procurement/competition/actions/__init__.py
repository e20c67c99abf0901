"""Verbs of the mini-competition. Each opens the door itself and is called outside a transaction."""

from procurement.competition.actions.asking import answer, ask
from procurement.competition.actions.deciding import decide, give_up
from procurement.competition.actions.drafting import Draft, Need, draft, save_draft
from procurement.competition.actions.inviting import invite_newcomers
from procurement.competition.actions.judging import (
    Judgement,
    ask_structure,
    conclude,
    give_structure,
    judge,
)
from procurement.competition.actions.offering import Offered, Receipt, offer, withdraw
from procurement.competition.actions.opening import open_due, open_offers
from procurement.competition.actions.publishing import cancel, extend, publish

__all__ = [
    "Draft",
    "Judgement",
    "Need",
    "Offered",
    "Receipt",
    "answer",
    "ask",
    "ask_structure",
    "cancel",
    "conclude",
    "decide",
    "draft",
    "extend",
    "give_structure",
    "give_up",
    "invite_newcomers",
    "judge",
    "offer",
    "open_due",
    "open_offers",
    "publish",
    "save_draft",
    "withdraw",
]
