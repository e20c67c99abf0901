"""Publishing a competition, extending one that nobody answered, and calling one off."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.workflow.door import passing
from procurement.competition import checks, papers, sealing
from procurement.competition.guards import BASIS
from procurement.competition.models import Competition, Invitation, SealKey
from procurement.competition.queries.matching import matching_vendors
from procurement.documents.actions import issue
from procurement.planning.models import Package
from procurement.purchasing import checks as ordering
from procurement.purchasing.checks import said


def publish(*, actor: Actor, competition_id: int, reason: str = "", revision: int | None = None) -> None:
    """Announce a draft: its key is made, every fitting vendor is invited, offers are taken until the closing.

    `reason` says why it is announced although the request has open warnings. Raises Refused: of the door, of
    `checks`, `nobody_matches`.
    """
    with passing(Competition, competition_id, "publish", actor=actor, revision=revision) as passage:
        competition = passage.thing
        package = Package.objects.select_for_update(of=("self",)).get(pk=competition.package_id)
        lines = list(competition.lines.all())
        ordering.open_for_buying(package)
        ordering.authority(actor, package)
        ordering.budget_line_of(package, competition.budget_line)
        checks.whole(competition, lines)
        assert competition.closes_at is not None  # `whole` says so
        checks.long_enough(competition, competition.closes_at, passage.at)
        checks.money_there(competition)
        ordering.within_order_limit(competition.hps_total, competition.region_id)
        ordering.within_hps(package, competition.hps_total)
        hints = checks.hints_for(competition, lines)
        competition.warning_reason = checks.explained(hints, reason)
        competition.warnings = [{"code": each.code, "sentence": each.sentence} for each in hints]
        invited = list(matching_vendors(competition).order_by("pk").values_list("pk", flat=True))
        if not invited:
            raise Refused(
                "nobody_matches",
                _("Belum ada penyedia yang cocok dengan kategori, jenis, wilayah, dan ukuran usaha ini."),
                rule=BASIS,
                fix=_("Pilih kategori yang lebih luas, atau periksa jenis dan wilayahnya."),
            )
        competition.published_at = passage.at
        public = _make_key(competition)
        Invitation.objects.bulk_create(
            Invitation(competition=competition, vendor_id=pk, at=passage.at) for pk in invited
        )
        passage.facts.update(
            number=competition.number,
            title=competition.title,
            closes_at=competition.closes_at.isoformat(),
            invited=len(invited),
            public_key=public,
            request_sha256=sha256(competition.request_text.encode()).hexdigest(),
            warnings=[each.code for each in hints],
            reason=competition.warning_reason,
        )
        facts, signatories = papers.invitation(competition, lines, at=passage.at)
        issue(passage, "undangan_mini_kompetisi", facts, subject=competition, signatories=signatories)


def extend(
    *, actor: Actor, competition_id: int, closes_at: datetime, reason: str, revision: int | None = None
) -> None:
    """Take offers again until a later moment, after a closing without any. Raises Refused."""
    why = said(reason)
    with passing(Competition, competition_id, "extend", actor=actor, revision=revision) as passage:
        competition = passage.thing
        checks.long_enough(competition, closes_at, passage.at)
        competition.closes_at = closes_at
        key = SealKey.objects.select_for_update().get(competition=competition)
        key.private_text = sealing.relocked(key.private_text, number=competition.number, closes_at=closes_at)
        key.save(update_fields=["private_text"])
        passage.facts.update(number=competition.number, closes_at=closes_at.isoformat(), reason=why)


def cancel(*, actor: Actor, competition_id: int, reason: str, revision: int | None = None) -> None:
    """Call a competition off; what is sealed stays sealed for ever, for its key is destroyed. Raises Refused."""
    why = said(reason)
    with passing(Competition, competition_id, "cancel", actor=actor, revision=revision) as passage:
        competition = passage.thing
        competition.closing_reason, competition.ended_at = why, passage.at
        SealKey.objects.filter(competition=competition).update(private_text="")
        passage.facts.update(number=competition.number, reason=why)


def _make_key(competition: Competition) -> str:
    public, private = sealing.new_pair()
    assert competition.closes_at is not None  # asked before
    SealKey.objects.create(
        competition=competition,
        public_key=public,
        public_mac=sealing.public_mac(competition.number, public),
        private_text=sealing.locked(private, number=competition.number, closes_at=competition.closes_at),
    )
    return public
