"""Competitions, what vendors ask and offer, and how offers were judged."""

from procurement.competition.models.competition import Competition, Invitation, RequestLine, SealKey
from procurement.competition.models.judging import Award, Outcome, PriceQuery, PriceReply, Verdict
from procurement.competition.models.offers import Offer, OfferLine, SealedOffer
from procurement.competition.models.questions import Answer, Question

__all__ = [
    "Answer",
    "Award",
    "Competition",
    "Invitation",
    "Offer",
    "OfferLine",
    "Outcome",
    "PriceQuery",
    "PriceReply",
    "Question",
    "RequestLine",
    "SealKey",
    "SealedOffer",
    "Verdict",
]
