"""Opening: after the announced hour the key comes out, every seal is checked, and what was offered is written down."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, passing
from procurement.competition import sealing
from procurement.competition.guards import BASIS
from procurement.competition.models import (
    Competition,
    Offer,
    OfferLine,
    RequestLine,
    SealedOffer,
    SealKey,
)

OPENER = "Penjaga kotak penawaran"


@dataclass(slots=True)
class Found:
    """What a box held: the last version of each sender that opened soundly, and how much did not."""

    living: list[tuple[SealedOffer, dict[str, Any], bytes]] = field(default_factory=list)
    withdrawn: int = 0
    broken: int = 0


def open_offers(*, actor: Actor, competition_id: int, revision: int | None = None) -> str:
    """Open the offers after the closing, as the buyer or by the clock; returns the state it leads to.

    Without an offer the competition has failed. Raises Refused `still_open`, `seal_locked`, those of the door.
    """
    with passing(Competition, competition_id, "open", actor=actor, revision=revision) as passage:
        competition = passage.thing
        found = _opened(passage)
        if not found.living and not found.broken:
            passage.arrive("FAILED")
        else:
            competition.opened_at = passage.at
            _write_down(competition, found)
            if not found.broken:
                # nothing is left to open, and versions that were replaced are nobody's business
                SealKey.objects.filter(competition=competition).update(private_text="")
        passage.facts.update(
            number=competition.number,
            offers=len(found.living),
            withdrawn=found.withdrawn,
            broken=found.broken,
            opened=[
                {"vendor_id": told["vendor"], "version": row.version, "commitment": row.commitment}
                for row, told, _raw in found.living
            ],
        )
    return str(passage.thing.state)


def open_due() -> int:
    """Open every competition whose hour has come; returns how many. One that was opened meanwhile is left alone."""
    due = Competition.objects.filter(state="PUBLISHED", closes_at__lte=clock.now()).order_by(
        "closes_at", "pk"
    )
    return sum(_opened_by_clock(pk) for pk in list(due.values_list("pk", flat=True)[:200]))


def _opened_by_clock(competition_id: int) -> bool:
    try:
        open_offers(actor=Actor.system(OPENER), competition_id=competition_id)
    except Refused:
        return False
    return True


def _opened(passage: Passage[Competition]) -> Found:
    competition = passage.thing
    rows: dict[str, list[SealedOffer]] = defaultdict(list)
    for row in SealedOffer.objects.filter(box=sealing.box_of(competition.number)).order_by("version"):
        rows[row.sender].append(row)
    found = Found(broken=_lost(competition))
    if not rows:
        return found
    private = _key(competition, passage.at)
    logged = _logged([row.pk for versions in rows.values() for row in versions])
    for versions in rows.values():
        last = versions[-1]
        raw = _sound(competition, versions, private, logged)
        if raw is None:
            found.broken += 1
            continue
        told = json.loads(raw)
        if told["withdrawn"]:
            found.withdrawn += 1
        else:
            found.living.append((last, told, raw))
    return found


def _key(competition: Competition, at: datetime) -> str:
    held = SealKey.objects.select_for_update().get(competition=competition)
    try:
        return sealing.unlocked(held.private_text, number=competition.number, at=at)
    except sealing.BrokenSeal as broken:
        raise Refused(
            "seal_locked",
            _("Kunci penawaran tidak cocok dengan waktu penutupan mini-kompetisi ini."),
            rule=BASIS,
            fix=_(
                "Waktu penutupan diubah di luar sistem. Laporkan kepada Inspektorat; penawaran tetap tersegel."
            ),
        ) from broken


def _sound(
    competition: Competition, versions: list[SealedOffer], private: str, logged: dict[int, str]
) -> bytes | None:
    """The text of the last version, when no version is missing and it is what the log says was sealed."""
    last = versions[-1]
    if [each.version for each in versions] != list(range(1, len(versions) + 1)):
        return None
    if any(logged.get(each.pk) != each.commitment for each in versions):
        return None
    try:
        raw = sealing.opened(last.sealed, private=private, place=f"{last.box}/{last.sender}/{last.version}")
        told = json.loads(raw)
        same = told["number"] == competition.number and told["version"] == last.version
        own = sealing.sender_of(competition.number, told["vendor"]) == last.sender
    except (sealing.BrokenSeal, ValueError, KeyError):
        return None
    return raw if same and own and sealing.commitment_of(raw) == last.commitment else None


def _logged(pks: list[int]) -> dict[int, str]:
    """By sealed offer: the commitment that the log holds."""
    entries = Entry.objects.filter(
        act="competition.seal", aggregate_type=SealedOffer.aggregate, aggregate_id__in=[str(pk) for pk in pks]
    )
    return {int(entry.aggregate_id): entry.facts["commitment"] for entry in entries}


def _lost(competition: Competition) -> int:
    """How many sealings of the region since the announcement have lost their row; each could belong here."""
    entries = Entry.objects.filter(
        act="competition.seal",
        region_id=competition.region_id,
        at__gte=competition.published_at,
        at__lte=competition.closes_at,
    )
    ids = {int(pk) for pk in entries.values_list("aggregate_id", flat=True)}
    return len(ids) - SealedOffer.objects.filter(pk__in=ids).count()


def _write_down(competition: Competition, found: Found) -> None:
    lines = {each.pk: each for each in competition.lines.all()}
    for row, told, raw in found.living:
        goods = sum(lines[each["line"]].quantity * each["unit_price"] for each in told["lines"])
        offer = Offer.objects.create(
            competition=competition,
            vendor_id=told["vendor"],
            version=row.version,
            offered_at=row.at,
            goods_total=goods,
            shipping=told["shipping"],
            price_total=goods + told["shipping"],
            delivery_day=date.fromisoformat(told["delivery_day"]),
            note=told["note"],
            vendor_size=told["size"],
            content=raw.decode(),
            commitment=row.commitment,
        )
        OfferLine.objects.bulk_create(_line(offer, lines[each["line"]], each) for each in told["lines"])


def _line(offer: Offer, line: RequestLine, told: dict[str, Any]) -> OfferLine:
    return OfferLine(
        offer=offer,
        line=line,
        listing_id=told["listing"],
        title=told["title"],
        quantity=line.quantity,
        list_price=told["list_price"],
        unit_price=told["unit_price"],
        total=line.quantity * told["unit_price"],
        shipping=told["shipping"],
        is_pdn=told["is_pdn"],
        tkdn_bp=told["tkdn_bp"],
        bmp_bp=told["bmp_bp"],
    )
