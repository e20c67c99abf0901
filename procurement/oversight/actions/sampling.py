"""Drawing a sample, putting it into a case file, and saying what the examination of an order gave."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.oversight import sampling
from procurement.oversight.guards import insist, not_own_work, on_the_team, said
from procurement.oversight.models import CaseFile, Sample, SampleItem
from procurement.oversight.queries.access import get_case_for, orders_worked_on
from procurement.oversight.queries.orders import OrderFilters
from procurement.oversight.queries.samples import MOST, get_item_for, get_sample_for, packed, population
from procurement.purchasing.models import Purchase

LARGEST: Final = 1_000
"""Orders a sample may have."""
_SEED: Final = re.compile(r"[0-9A-Za-z-]{4,64}")


def draw_sample(
    *,
    actor: Actor,
    purpose: str,
    filters: OrderFilters,
    method: str,
    params: Mapping[str, Any],
    seed: str = "",
    case_id: int | None = None,
    once: UUID | None = None,
) -> Sample:
    """Draw orders by a seed that is fixed before anything is looked at: drawn by the system unless given.

    For one `once` of a person there is one sample, however often it is asked for.

    `params`: `size`, or for MUS `interval` (rupiah); for strata by amount `bands` (rupiah, ascending), else by unit.
    The seed, method, filters, population and algorithm stand in the log. Raises Refused `sample.seed`,
    `sample.empty`, `sample.too_large`, `sample.params`, `reason`, `case.not_on_team`, `wrong_role`;
    CaseFile.DoesNotExist.
    """
    actor.require(Role.AUDITOR)
    purpose = said(purpose, field="purpose")[:200]
    if seed and not _SEED.fullmatch(seed):
        raise Refused(
            "sample.seed",
            "Benih terdiri dari 4 sampai 64 huruf, angka, atau tanda hubung.",
            fix="Kosongkan agar sistem yang menarik benihnya.",
            field="seed",
        )
    case = _case(actor, case_id) if case_id else None
    if known := _drawn_before(actor, once):
        return known
    fixed = seed or secrets.token_hex(16)
    units = population(actor, filters)
    drawn = _drawn(units, method, fixed, params)
    sample = Sample(
        region_id=actor.region_id or 0,
        body_id=actor.organisation_id or 0,
        case=case,
        purpose=purpose,
        method=method,
        seed=fixed,
        seed_given=bool(seed),
        params=dict(params),
        filters=filters.told(),
        algorithm=sampling.ALGORITHM,
        population_size=len(units),
        population_total=sum(unit.amount for unit in units),
        population_sha256=sampling.population_hash(units),
        frame=packed(units),
        strata=[[each.name, each.count, each.amount, each.drawn] for each in drawn.strata],
        interval=drawn.interval,
        start=drawn.start,
        drawn_by_id=actor.user_id or 0,
        once=once,
    )
    try:
        with doing(actor=actor) as deed:
            sample.drawn_at = deed.at
            sample.save()
            _keep(sample, drawn)
            deed.record("sample.draw", sample, _facts(sample, drawn))
    except IntegrityError:
        if known := _drawn_before(actor, once):  # the same page, sent twice at once
            return known
        raise
    return sample


def attach_sample(*, actor: Actor, sample_id: int, case_id: int) -> Sample:
    """Put a sample into a case file of the own team, once.

    Raises Refused `sample.attached` (to another case file), `case.not_on_team`; Sample.DoesNotExist,
    CaseFile.DoesNotExist.
    """
    found = get_sample_for(actor, sample_id)
    case = _case(actor, case_id)
    with doing(actor=actor) as deed:
        sample = Sample.objects.select_for_update().get(pk=found.pk)
        if sample.case_id == case.pk:
            return sample
        if sample.case_id is not None:
            raise Refused("sample.attached", "Sampel ini sudah ada dalam berkas pemeriksaan.")
        sample.case = case
        sample.save(update_fields=["case"])
        deed.record("sample.attach", sample, {"sample": str(sample), "case": case.number})
    return sample


def examine(*, actor: Actor, item_id: int, result: str, note: str = "") -> SampleItem:
    """Say what the examination of an order gave. It may be said anew until the report is out; the same is said once.

    Raises Refused `sample.result`, `audit.own_work`, `case.not_on_team`, `case.reported`, `reason` (a result other
    than fitting is explained); SampleItem.DoesNotExist.
    """
    found = get_item_for(actor, item_id)
    if result not in SampleItem.Result.values:
        raise Refused(
            "sample.result", "Hasil pemeriksaan belum dipilih.", fix="Pilih dari daftar.", field="result"
        )
    note = note.strip() if result == SampleItem.Result.FITTING else said(note, field="note")
    insist(not_own_work(orders_worked_on(actor, [found.purchase_id])))
    if found.sample.case is not None:
        insist(on_the_team(found.sample.case.standing(actor)))
        if found.sample.case.state != "OPEN":
            raise Refused("case.reported", "LHP sudah terbit, jadi hasil pemeriksaan tidak berubah lagi.")
    with doing(actor=actor) as deed:
        Sample.objects.select_for_update().defer("frame").get(pk=found.sample_id)
        item = SampleItem.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if (item.result, item.note, item.examined_by_id) == (result, note, actor.user_id):
            return item
        item.result, item.note = result, note
        item.examined_by_id, item.examined_at = actor.user_id, deed.at
        item.save(update_fields=["result", "note", "examined_by", "examined_at"])
        label = str(SampleItem.Result(result).label)
        told = {"sample": str(found.sample), "order": found.purchase.number, "result": label}
        deed.record(
            "sample.examine", found.sample, {**told, "note_sha256": sha256(note.encode()).hexdigest()}
        )
    return item


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _drawn_before(actor: Actor, once: UUID | None) -> Sample | None:
    """What the same page of this person made before."""
    if once is None:
        return None
    return Sample.objects.defer("frame").filter(drawn_by_id=actor.user_id or 0, once=once).first()


def _case(actor: Actor, case_id: int) -> CaseFile:
    case = get_case_for(actor, case_id)
    insist(on_the_team(case.standing(actor)))
    return case


def _drawn(units: list[sampling.Unit], method: str, seed: str, params: Mapping[str, Any]) -> sampling.Drawn:
    if not units:
        raise Refused(
            "sample.empty", "Tidak ada pesanan yang memenuhi saringan.", fix="Longgarkan saringannya."
        )
    if len(units) > MOST:
        raise Refused(
            "sample.too_large",
            f"Populasi lebih dari {MOST} pesanan.",
            fix="Persempit, misalnya per perangkat daerah atau per triwulan.",
        )
    bands = params.get("bands") or []
    if list(bands) != sorted(set(bands)):
        raise Refused(
            "sample.params",
            "Batas strata harus naik.",
            fix="Tulis misalnya 10.000.000 50.000.000.",
            field="bands",
        )
    try:
        drawn = sampling.draw(units, method=method, seed=seed, params=params)
    except sampling.CannotDraw as cannot:
        wrong = "interval" if params.get("interval") is not None else "size"
        raise Refused(
            "sample.params",
            "Interval MUS harus lebih dari nol." if wrong == "interval" else "Jumlah sampel belum diisi.",
            fix="Isi jumlah sampel, atau untuk MUS intervalnya.",
            field=wrong,
        ) from cannot
    if len(drawn.picks) > LARGEST:
        raise Refused(
            "sample.too_large",
            f"Sampel lebih dari {LARGEST} pesanan.",
            fix="Kurangi jumlahnya, atau besarkan intervalnya.",
        )
    return drawn


def _keep(sample: Sample, drawn: sampling.Drawn) -> None:
    keys = dict(Purchase.objects.filter(number__in=drawn.keys).values_list("number", "pk"))
    SampleItem.objects.bulk_create(
        SampleItem(
            sample=sample,
            purchase_id=keys[pick.unit.key],
            position=position,
            amount=pick.unit.amount,
            stratum=pick.stratum,
            certain=pick.certain,
        )
        for position, pick in enumerate(drawn.picks, 1)
    )


def _facts(sample: Sample, drawn: sampling.Drawn) -> dict[str, Any]:
    return {
        "sample": str(sample),
        "method": sample.method,
        "seed": sample.seed,
        "seed_given": sample.seed_given,
        "params": sample.params,
        "filters": sample.filters,
        "algorithm": sample.algorithm,
        "population": sample.population_size,
        "population_rupiah": sample.population_total,
        "population_sha256": sample.population_sha256,
        "drawn": len(drawn.picks),
        "drawn_sha256": sha256("\n".join(drawn.keys).encode()).hexdigest(),
    }
