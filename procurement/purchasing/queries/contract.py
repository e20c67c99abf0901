"""What a Surat Pesanan says, as facts of the paper and as the preview its signers read before they sign."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.documents.queries import current_papers_of, officer
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import taxes
from procurement.purchasing.queries.papers import (
    deliveries_of,
    header,
    on_top_label,
    ppk_of,
    priced_lines,
)


def surat_pesanan(purchase: Purchase, *, at: datetime, addendum: str = "") -> dict[str, Any]:
    """The facts of a Surat Pesanan: the contract of an e-purchasing order (handbook §3.2).

    `addendum`, such as “Adendum ke-1”, stands on a version after a change.
    """
    lines = list(purchase.lines.all())
    quantities = {line.pk: line.quantity for line in lines}
    per_mille = parameter("penalty.late_per_mille_a_day", region_id=purchase.region_id)
    priced = priced_lines(lines, quantities)
    for line, told in zip(lines, priced, strict=True):
        if line.agreed_price != line.list_price:
            told["list_price"] = line.list_price
    facts = {
        **header(purchase, at=at),
        "ppk": officer(ppk_of(purchase)),
        "lines": priced,
        "subtotal": purchase.goods_total,
        "shipping": purchase.shipping,
        "ppn": purchase.ppn + purchase.local_tax,
        "ppn_label": on_top_label(purchase),
        "total": purchase.total,
        "tax_estimate": [
            {"label": line["code"], "amount": line["amount"]} for line in purchase.tax_preview["lines"]
        ],
        "deliveries": _deliveries(purchase),
        "deliver_by": purchase.needed_by.isoformat(),
        "warranty": _("Barang rusak, kurang, atau tidak sesuai diganti penyedia atas biayanya sendiri."),
        "payment": purchase.get_mechanism_display(),
        "penalty": _(
            "%(rate)s/1000 dari harga bagian yang terlambat (sebelum PPN) per hari kalender. %(basis)s"
        )
        % {"rate": per_mille.value, "basis": per_mille.legal_basis},
        "clauses": _clauses(purchase.region_id),
        "terms": terms_of_text(purchase.additional_terms),
    }
    if purchase.negotiated:
        facts |= _negotiated(purchase)
    if addendum:
        facts["addendum"] = addendum
    return facts


def terms_of_text(text: str) -> list[str]:
    """Additional terms, one a line as the PPK typed them."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def list_total(purchase: Purchase) -> int:
    """Whole rupiah of the order at list prices and the shipping first asked, with the same taxes. Two queries."""
    asked = purchase.agreements.order_by("version").values_list("shipping", flat=True)[0]
    return taxes.preview(
        [(line.tax_class, line.quantity * line.list_price) for line in purchase.lines.all()],
        shipping=asked,
        facts=purchase.tax_facts,
        mechanism=purchase.mechanism,
        on=clock.day_of(purchase.submitted_at),
        region_id=purchase.region_id,
    ).gross


def _negotiated(purchase: Purchase) -> dict[str, Any]:
    found: dict[str, Any] = {"list_total": list_total(purchase)}
    for paper in current_papers_of(purchase):
        if paper.kind == "ba_negosiasi" and not paper.is_void:
            found["negotiation"] = paper.number
    return found


def _deliveries(purchase: Purchase) -> list[dict[str, Any]]:
    """Where everything goes: to whom, by when, how many of what, at which cost."""
    found = []
    for each in deliveries_of(purchase):
        receiver = each.receiver.user.name if each.receiver else each.purchase.organisation.name
        told: dict[str, Any] = {
            "address": each.place,
            "receiver": receiver,
            "deliver_by": each.needed_by.isoformat(),
            "shipping": each.shipping,
            "items": [
                {"name": part.line.title, "unit": part.line.unit, "quantity": part.quantity}
                for part in each.lines.all()
            ],
        }
        found.append({**told, "title": each.title} if each.title else told)
    return found


def _silence(region_id: int) -> str:
    """What silence means, where the region lets it count as acceptance (decision 0054)."""
    if not parameter("acceptance.deemed", region_id=region_id).value:
        return ""
    days = parameter("acceptance.deemed_after", region_id=region_id)
    told = _(
        "Bila tidak ada jawaban sampai %(days)s hari kerja sesudah tenggatnya, yang dihitung baik oleh penerima "
        "dianggap diterima."
    )
    return " " + told % {"days": days.value}


def _clauses(region_id: int) -> list[dict[str, str]]:
    return [
        {
            "title": _("Serah terima"),
            "text": _(
                "Penerima menghitung barang saat tiba; PPK memeriksa dan menandatangani BAST, "
                "lalu penyedia menandatanganinya. Pesanan dianggap diterima setelah keduanya menandatangani."
            )
            + _silence(region_id),
        },
        {
            "title": _("Pembayaran"),
            "text": _("Pembayaran nontunai setelah BAST, ke rekening penyedia yang terverifikasi."),
        },
        {
            "title": _("Perubahan"),
            "text": _(
                "Jumlah, harga, waktu, atau tempat berubah hanya dengan adendum yang disepakati kedua pihak."
            ),
        },
        {
            "title": _("Pengakhiran"),
            "text": _(
                "Pesanan hanya berakhir lebih awal dengan berita acara. Pekerjaan yang sudah diterima "
                "dinilai dan dibayar."
            ),
        },
        {
            "title": _("Penyelesaian perselisihan"),
            "text": _("Musyawarah; bila tidak tercapai, layanan penyelesaian sengketa kontrak LKPP."),
        },
    ]


def wants_spk(purchase: Purchase) -> bool:
    """Whether the order is large enough for a Surat Perintah Kerja as its annex (handbook §3.2)."""
    above = parameter("contract.spk_above", region_id=purchase.region_id)
    return purchase.total > int(above.value)


def spk(purchase: Purchase, order: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """The facts of the SPK annexed to the Surat Pesanan whose facts are `order`; its number is set by then."""
    day = clock.day_of(at)
    facts = {
        **order,
        "order_paper": purchase.sp_number,
        "order_date": day.isoformat(),
        "starts_on": day.isoformat(),
        "execution_days": max((purchase.needed_by - day).days, 0),
        "instruction": _("Penagihan hanya setelah pekerjaan selesai, dibuktikan dengan BAST."),
    }
    if purchase.negotiated:
        agreed = purchase.agreements.filter(cause="NEGOTIATION").order_by("version").first()
        if agreed is not None:
            facts["negotiation_date"] = clock.day_of(agreed.at).isoformat()
    return facts
