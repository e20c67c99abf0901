"""Verbs of the mini-competition. Each opens the door itself and is called outside a transaction."""

from procurement.competition.actions.asking import answer, ask
from procurement.competition.actions.drafting import Draft, Need, draft, save_draft
from procurement.competition.actions.inviting import invite_newcomers
from procurement.competition.actions.offering import Offered, Receipt, offer, withdraw
from procurement.competition.actions.opening import open_due, open_offers
from procurement.competition.actions.publishing import cancel, extend, publish

__all__ = [
    "Draft",
    "Need",
    "Offered",
    "Receipt",
    "answer",
    "ask",
    "cancel",
    "draft",
    "extend",
    "invite_newcomers",
    "offer",
    "open_due",
    "open_offers",
    "publish",
    "save_draft",
    "withdraw",
]
