"""Evaluating opened offers: from rank 1 down, three verdicts each, until one passes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter, working_days_after
from marketplace.workflow.door import doing, passing
from procurement.competition.guards import BASIS
from procurement.competition.models import Competition, Offer, PriceQuery, PriceReply, Verdict
from procurement.competition.queries.ranking import Candidate, Lot, lots_of
from procurement.purchasing.checks import SHORTEST_REASON, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Three verdicts; one that is negative is explained, and so is a very low price that is found fair."""

    administrative: bool
    technical: bool
    price: bool
    administrative_note: str = ""
    technical_note: str = ""
    price_note: str = ""

    @property
    def passed(self) -> bool:
        """Whether all three are positive."""
        return self.administrative and self.technical and self.price


def judge(
    *,
    actor: Actor,
    competition_id: int,
    offer_id: int,
    judgement: Judgement,
    line_id: int | None = None,
    revision: int | None = None,
) -> Verdict:
    """Judge the offer whose turn it is, for one line or the whole. It stands once written.

    Raises Refused `out_of_turn`, `reason_needed`, `above_hps`, `structure_needed`, `stale`, those of the door.
    """
    with doing(actor=actor) as deed:
        competition = _under_evaluation(actor, competition_id, revision)
        lot = next(
            (each for each in lots_of(competition) if line_id == (each.line.pk if each.line else None)), None
        )
        candidate = lot.next_up if lot else None
        if lot is None or candidate is None or candidate.offer.pk != offer_id:
            raise Refused(
                "out_of_turn",
                _("Penawaran dinilai dari peringkat 1; yang ini bukan gilirannya."),
                rule=BASIS,
                fix=_("Nilai penawaran dengan peringkat teratas yang belum dinilai."),
            )
        _explained(lot, candidate, judgement)
        assert actor.user_id is not None  # the buyer is a person
        verdict = Verdict.objects.create(
            competition=competition,
            offer=candidate.offer,
            line=lot.line,
            rank=candidate.rank,
            at=deed.at,
            by_id=actor.user_id,
            **_columns(judgement),
        )
        competition.revision += 1
        competition.save(update_fields=["revision"])
        deed.record(
            "competition.judge",
            competition,
            {
                "number": competition.number,
                "vendor": candidate.offer.vendor.name,
                "rank": candidate.rank,
                "result": _("lulus") if judgement.passed else _("tidak lulus"),
                "administrative": judgement.administrative,
                "technical": judgement.technical,
                "price": judgement.price,
                "part": lot.line.position if lot.line else 0,
                "price_rupiah": candidate.price,
            },
        )
    return verdict


def ask_structure(*, actor: Actor, competition_id: int, offer_id: int) -> PriceQuery:
    """Ask the vendor of a very low price how it comes about. Raises Refused `not_low`, `asked_already`."""
    with doing(actor=actor) as deed:
        competition = _under_evaluation(actor, competition_id)
        offer = Offer.objects.select_related("vendor__organisation").get(pk=offer_id, competition=competition)
        low = {each.offer.pk for lot in lots_of(competition) for each in lot.candidates if each.low}
        if offer.pk not in low:
            raise Refused(
                "not_low", _("Harga ini tidak jauh di bawah HPS; rinciannya tidak perlu diminta."), rule=BASIS
            )
        if PriceQuery.objects.filter(offer=offer).exists():
            raise Refused("asked_already", _("Rincian harga sudah diminta kepada penyedia ini."))
        rule = parameter("competition.structure_days", region_id=competition.region_id)
        assert actor.user_id is not None  # the buyer is a person
        query = PriceQuery.objects.create(
            offer=offer,
            at=deed.at,
            due_at=working_days_after(deed.at, int(rule.value)),
            by_id=actor.user_id,
        )
        deed.record(
            "competition.ask_structure",
            competition,
            {"number": competition.number, "vendor": offer.vendor.name, "offer": offer.pk},
        )
    return query


def give_structure(*, actor: Actor, number: str, text: str) -> PriceReply:
    """Explain as the vendor how its price comes about, once. Raises Refused `nothing_asked`, `asking_closed`."""
    actor.require(Role.VENDOR)
    words = said(text)
    with doing(actor=actor) as deed:
        competition = Competition.objects.select_for_update(of=("self",)).get(number=number)
        query = PriceQuery.objects.filter(
            offer__competition=competition, offer__vendor__organisation_id=actor.organisation_id or 0
        ).first()
        if query is None or PriceReply.objects.filter(query=query).exists():
            raise Refused("nothing_asked", _("Tidak ada rincian harga yang diminta dari Anda."))
        if competition.state != "CLOSED" or query.due_at < clock.now():
            raise Refused("asking_closed", _("Waktu menjelaskan rincian harga sudah lewat."))
        assert actor.user_id is not None  # vendors are people
        reply = PriceReply.objects.create(query=query, text=words, at=deed.at, by_id=actor.user_id)
        digest = sha256(words.encode()).hexdigest()
        deed.record(
            "competition.give_structure",
            competition,
            {"number": competition.number, "offer": query.offer_id, "sha256": digest},
        )
    return reply


def conclude(*, actor: Actor, competition_id: int, revision: int | None = None) -> None:
    """End the evaluation: every part has a winner, or nobody left to judge. Raises Refused `not_judged`."""
    with passing(
        Competition, competition_id, "conclude", actor=actor, revision=revision, facts=_open_lots
    ) as passage:
        lots = lots_of(passage.thing)
        passage.thing.winners = sum(lot.winner is not None for lot in lots)
        passage.facts.update(number=passage.thing.number, winners=passage.thing.winners)


def _open_lots(competition: Competition) -> dict[str, Any]:
    return {"open_lots": sum(lot.next_up is not None for lot in lots_of(competition))}


def _under_evaluation(actor: Actor, competition_id: int, revision: int | None = None) -> Competition:
    """The competition, locked, if the actor evaluates it now."""
    competition = (
        Competition.objects.select_for_update(of=("self",))
        .select_related("package", "buyer")
        .get(pk=competition_id)
    )
    if revision is not None and competition.revision != revision:
        raise Refused(
            "stale",
            _("Evaluasi ini sudah diubah sejak halaman Anda dibuka."),
            fix=_("Muat ulang halaman, periksa isinya, lalu ulangi."),
        )
    # the question the door asks for the end of the evaluation, but for whether it is complete
    competition.moves.decide(competition.state, "conclude", actor.role, competition.standing(actor))
    return competition


def _explained(lot: Lot, candidate: Candidate, judgement: Judgement) -> None:
    if judgement.price and candidate.price > lot.hps:
        raise Refused(
            "above_hps",
            _("Harga %(price)s melebihi HPS %(hps)s dan tidak dapat dinyatakan wajar.")
            % {"price": rupiah(candidate.price), "hps": rupiah(lot.hps)},
            rule="Perpres 16/2018 Pasal 26",
            fix=_("Nyatakan tidak wajar, lalu nilai peringkat berikutnya."),
        )
    notes = [
        (judgement.administrative, judgement.administrative_note),
        (judgement.technical, judgement.technical_note),
        (judgement.price and not candidate.low, judgement.price_note),
    ]
    if any(not positive and len(note.strip()) < SHORTEST_REASON for positive, note in notes):
        raise Refused(
            "reason_needed",
            _(
                "Penilaian yang tidak lulus, dan harga yang sangat rendah, perlu catatan paling sedikit %(n)d huruf."
            )
            % {"n": SHORTEST_REASON},
            rule=BASIS,
            fix=_("Tulis alasan yang dapat dibaca penyedianya."),
        )
    if candidate.low and judgement.price and not _structure_heard(candidate.offer):
        raise Refused(
            "structure_needed",
            _("Harga ini jauh di bawah HPS; minta rincian harganya dahulu."),
            rule=BASIS,
            fix=_("Minta rincian, lalu tunggu jawaban penyedia atau lewatnya tenggat."),
        )


def _structure_heard(offer: Offer) -> bool:
    query = PriceQuery.objects.filter(offer=offer).first()
    if query is None:
        return False
    return query.due_at < clock.now() or PriceReply.objects.filter(query=query).exists()


def _columns(judgement: Judgement) -> dict[str, Any]:
    return {
        "administrative": judgement.administrative,
        "technical": judgement.technical,
        "price": judgement.price,
        "administrative_note": " ".join(judgement.administrative_note.split())[:500],
        "technical_note": " ".join(judgement.technical_note.split())[:500],
        "price_note": " ".join(judgement.price_note.split())[:500],
    }
