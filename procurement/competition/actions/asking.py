"""Questions of vendors and answers of the buyer, read by everybody invited; nothing after the closing."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, doing
from marketplace.workflow.payment_codes import refuse_payment_codes
from procurement.competition.models import Answer, Competition, Question
from procurement.competition.queries.access import get_competition_for
from vendors.queries import own_vendor

BOX: Final = Actor.system("Kotak pertanyaan")
LONGEST = 1_000
SHORTEST = 5


def ask(*, actor: Actor, number: str, text: str) -> Question:
    """Ask about a competition one may offer to; everybody invited reads it, without the name.

    Raises Refused `asking_closed`, `too_short`; Competition.DoesNotExist for one that is not open to the vendor.
    """
    actor.require(Role.VENDOR)
    said = _said(text)
    vendor = own_vendor(actor)
    competition_id = get_competition_for(actor, number).pk
    # the log is public, and vendors are not to learn who asked: the name stays with the row
    with doing(actor=BOX) as deed:
        competition = _open_one(competition_id)
        assert actor.user_id is not None  # vendors are people
        question = Question.objects.create(
            competition=competition, vendor=vendor, text=said, at=deed.at, by_id=actor.user_id
        )
        _record(deed, "competition.ask", competition, question.pk, said)
    return question


def answer(*, actor: Actor, number: str, question_id: int, text: str) -> Answer:
    """Answer a question as the buyer, once. Raises Refused `not_yours`, `asking_closed`, `answered_already`."""
    said = _said(text)
    competition_id = get_competition_for(actor, number).pk
    with doing(actor=actor) as deed:
        competition = _open_one(competition_id)
        if not competition.standing(actor)["buyer"]:
            raise Refused("not_yours", _("Hanya pejabat yang menjalankan mini-kompetisi ini yang menjawab."))
        question = Question.objects.get(pk=question_id, competition=competition)
        if Answer.objects.filter(question=question).exists():
            raise Refused(
                "answered_already",
                _("Pertanyaan ini sudah dijawab, dan jawaban tidak diubah."),
                fix=_("Tunggu pertanyaan lain, atau jelaskan pada jawaban berikutnya."),
            )
        assert actor.user_id is not None  # the buyer is a person
        made = Answer.objects.create(question=question, text=said, at=deed.at, by_id=actor.user_id)
        _record(deed, "competition.answer", competition, question.pk, said)
    return made


def _open_one(competition_id: int) -> Competition:
    competition = (
        Competition.objects.select_for_update(of=("self",))
        .select_related("package", "buyer")
        .get(pk=competition_id)
    )
    if not competition.takes_offers:
        raise Refused(
            "asking_closed",
            _("Tanya jawab berakhir bersama waktu penawaran."),
            fix=_("Hubungi pejabat pengadaan setelah hasil diumumkan."),
        )
    return competition


def _said(text: str) -> str:
    said = text.strip()[:LONGEST]
    if len(said) < SHORTEST:
        raise Refused("too_short", _("Tulislah pertanyaan atau jawaban yang jelas."))
    refuse_payment_codes(text)
    return said


def _record(deed: Deed, act: str, competition: Competition, question_id: int, text: str) -> None:
    # the text itself stays with its row: what people type never enters the public log
    digest = sha256(text.encode()).hexdigest()
    deed.record(act, competition, {"number": competition.number, "question": question_id, "sha256": digest})
