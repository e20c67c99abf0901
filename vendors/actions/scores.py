"""Deriving observations from the log; the observed reply, contest, and an operator decides."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter, working_days_between
from marketplace.workflow.door import doing
from vendors.actions.registration import said
from vendors.models import Observation, ObservationReply
from vendors.queries.scores import UNIT_VOICES, observations_for
from vendors.scoring import Happened, Observed, observed

_PERSONAL = re.compile(r"\d[\d .\-]{8,}\d|@")
"""Long numbers and addresses of mail: what a public text must not hold."""
CHUNK = 500


def observe(purchase_id: str) -> None:
    """Derive the observations of one order anew from its whole history; what was decided about them stays."""
    _store({purchase_id: list(Entry.objects.filter(aggregate_type="purchase", aggregate_id=purchase_id))})


def rebuild() -> int:
    """Derive all observations from the log alone; returns how many there are."""
    seen: set[int] = set()
    ids = list(
        Entry.objects.filter(aggregate_type="purchase", act="purchase.submit")
        .order_by("pk")
        .values_list("aggregate_id", flat=True)
    )
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        histories: dict[str, list[Entry]] = {}
        for entry in Entry.objects.filter(aggregate_type="purchase", aggregate_id__in=part):
            histories.setdefault(entry.aggregate_id, []).append(entry)
        seen |= _store(histories)
    Observation.objects.exclude(pk__in=seen).filter(contested_at__isnull=True).delete()
    return len(seen)


def _store(histories: dict[str, list[Entry]]) -> set[int]:
    rows = [
        Observation(
            side=each.side,
            subject_id=each.subject_id,
            measure=each.measure,
            purchase_id=int(purchase_id),
            value=each.value,
            at=each.at,
        )
        for purchase_id, entries in sorted(histories.items())
        for each in _observed(entries)
    ]
    with transaction.atomic():
        made = Observation.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["purchase_id", "measure"],
            update_fields=["side", "subject_id", "value", "at"],
        )
    return {each.pk for each in made}


def _observed(entries: Iterable[Entry]) -> list[Observed]:
    history = [Happened(each.act, each.at, each.organisation_id, each.facts) for each in entries]
    signed = next((each.at for each in history if each.act == "purchase.accept"), None)
    rule = parameter("payment.days_after_bast", on=clock.day_of(signed) if signed else None)
    return observed(
        history, working_days=working_days_between, pay_within=int(rule.value), day_of=clock.day_of
    )


def reply(*, actor: Actor, observation_id: int, text: str) -> None:
    """Say in public what the observed have to say to an observation, once.

    Raises Refused `reason`, `personal`, `replied_already`; Observation.DoesNotExist for what is not one's own.
    """
    actor.require(Role.VENDOR, *sorted(UNIT_VOICES))
    words = _public(text)
    with doing(actor=actor) as deed:
        found = observations_for(actor).select_for_update(of=("self",)).get(pk=observation_id)
        if ObservationReply.objects.filter(observation=found).exists():
            raise Refused("replied_already", _("Pengamatan ini sudah Anda tanggapi."))
        ObservationReply.objects.create(
            observation=found, text=words[:300], at=deed.at, by_id=actor.user_id or 0
        )
        deed.record(
            "score.reply",
            ("observation", str(found.pk)),
            {"measure": found.measure, "purchase": found.purchase_id},
        )


def contest(*, actor: Actor, observation_id: int, reason: str) -> None:
    """Ask that an observation should not count. Raises Refused `reason`, `personal`, `contested_already`."""
    actor.require(Role.VENDOR, *sorted(UNIT_VOICES))
    words = _public(reason)
    with doing(actor=actor) as deed:
        found = observations_for(actor).select_for_update(of=("self",)).get(pk=observation_id)
        if found.contested_at is not None:
            raise Refused("contested_already", _("Pengamatan ini sudah pernah dibantah."))
        found.contested_at, found.contest = deed.at, words
        found.save(update_fields=["contested_at", "contest"])
        deed.record(
            "score.contest",
            ("observation", str(found.pk)),
            {"measure": found.measure, "purchase": found.purchase_id, "reason": words},
        )


def decide(*, actor: Actor, observation_id: int, uphold: bool, reason: str) -> None:
    """Decide a contest: upheld, the observation counts no more. Raises Refused `not_contested`, `reason`."""
    actor.require(Role.OPERATOR)
    words = said(reason)
    with doing(actor=actor) as deed:
        found = Observation.objects.select_for_update().get(pk=observation_id)
        if found.contested_at is None or found.decided_at is not None:
            raise Refused("not_contested", _("Tidak ada bantahan yang menunggu putusan di sini."))
        found.decided_at, found.decided_by_id, found.decision = deed.at, actor.user_id, words
        found.excluded_at = deed.at if uphold else None
        found.save(update_fields=["decided_at", "decided_by", "decision", "excluded_at"])
        deed.record(
            "score.decide",
            ("observation", str(found.pk)),
            {"measure": found.measure, "purchase": found.purchase_id, "upheld": uphold, "reason": words},
        )


def _public(text: str) -> str:
    words = said(text)
    if _PERSONAL.search(words):
        raise Refused(
            "personal",
            _("Tanggapan ini dibaca siapa saja; jangan menulis nomor telepon, NIK, atau alamat surel."),
            rule="UU 27/2022",
            fix=_("Hapus angkanya, lalu kirim lagi."),
        )
    return words
