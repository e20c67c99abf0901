"""What a registration or a listing says, field by field, beside the last word that was given on each field.

What is fingerprinted are the codes and figures themselves: words change with the reader's language.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from marketplace.accounts.personal_data import keyed_hash, masked
from marketplace.core.money import rupiah
from marketplace.core.shares import percent
from marketplace.regulation.places import area_name
from vendors import attributes
from vendors.inspection import OFFER, REGISTRATION, Answer, Finding, findings
from vendors.models import Listing, Vendor, VendorDocument

DOCUMENT_FIELDS: Final = {
    VendorDocument.Kind.NIB: "document_nib",
    VendorDocument.Kind.KTP: "document_ktp",
    VendorDocument.Kind.NPWP: "document_npwp",
    VendorDocument.Kind.PKP: "document_pkp",
    VendorDocument.Kind.SUKET: "document_suket",
    VendorDocument.Kind.SBU: "document_sbu",
    VendorDocument.Kind.SKB: "document_skb",
    VendorDocument.Kind.STATEMENT: "document_omzet",
    VendorDocument.Kind.BANK: "document_rekening",
}
"""By kind of paper: the field under which it is checked."""


def vendor_findings(vendor: Vendor) -> list[Finding]:
    """The fields of a registration with the last word on each: four queries. Load `organisation` with the vendor."""
    return findings(
        REGISTRATION,
        _registration(vendor),
        vendor.verdicts.order_by("pk"),
        round=vendor.round,
        digest=lambda field, value: keyed_hash(f"verdict.vendor.{field}", value),
    )


def listing_findings(listing: Listing) -> list[Finding]:
    """The fields of a listing with the last word on each: three queries. Load `product` and `category` with it."""
    return findings(
        OFFER,
        _offer(listing),
        listing.verdicts.order_by("pk"),
        round=listing.round,
        digest=lambda field, value: keyed_hash(f"verdict.listing.{field}", value),
    )


def vendor_mending(vendor: Vendor) -> dict[str, Finding]:
    """By field: what the vendor has been told to mend, for the forms in which it mends. Changed ones say so."""
    return {each.code: each for each in vendor_findings(vendor) if each.to_mend}


def listing_mending(listing: Listing) -> dict[str, Finding]:
    """By field: what the vendor has been told to mend in a listing."""
    return {each.code: each for each in listing_findings(listing) if each.to_mend}


def _registration(vendor: Vendor) -> dict[str, Answer]:
    suket = _joined(vendor.suket_pp55, vendor.suket_pp55_valid_to)
    answers = {
        "name": _plain(vendor.organisation.name),
        "legal_form": Answer(vendor.legal_form, vendor.get_legal_form_display()),
        "programme": _plain(vendor.programme_number),
        "nib": _plain(vendor.nib),
        "activities": _plain(", ".join(sorted(map(str, vendor.activities.all())))),
        "owner_name": _personal("owner_name", vendor.owner_name, keep=0),
        "owner_nik": _personal("owner_nik", vendor.owner_nik),
        "npwp": Answer(_joined(vendor.npwp, vendor.nitku), masked(vendor.npwp), opens="npwp")
        if vendor.npwp or vendor.nitku
        else Answer(""),
        "pkp": Answer(str(vendor.pkp), _("Ya") if vendor.pkp else _("Tidak")),
        "suket": Answer(suket, suket),
        **_letters(vendor),
        "size": _size(vendor),
        "address": Answer(
            _joined(vendor.place_code, vendor.street),
            " · ".join(filter(None, (vendor.place_name, masked(vendor.street, keep=0)))),
            opens="street",
        ),
        "phone": _personal("phone", vendor.phone),
        "service_area": _areas(vendor.service_area),
        "bank_account": _account(vendor),
    }
    return answers | _papers(vendor)


def _letters(vendor: Vendor) -> dict[str, Answer]:
    """Each letter as one answer: what it says, its number, its days."""
    sbu = (vendor.sbu_number, vendor.sbu_valid_from, vendor.sbu_valid_to)
    skb = (vendor.skb_number, vendor.skb_valid_from, vendor.skb_valid_to)
    return {
        "construction": Answer(
            _joined(vendor.construction_class, *sbu), _letter(vendor.get_construction_class_display(), *sbu)
        ),
        "skb": Answer(_joined(vendor.skb_covers, *skb), _letter(vendor.get_skb_covers_display(), *skb)),
        "statement": _plain(str(vendor.statement_year or "")),
    }


def _letter(kind: str, number: str, first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return f"{kind} · {number} · {first:%d-%m-%Y} – {last:%d-%m-%Y}"


def _size(vendor: Vendor) -> Answer:
    figures = [
        _("modal %s") % rupiah(vendor.capital) if vendor.capital is not None else "",
        _("omzet %(sales)s (%(year)s)")
        % {"sales": rupiah(vendor.yearly_sales), "year": vendor.sales_year or "–"}
        if vendor.yearly_sales is not None
        else "",
    ]
    value = _joined(vendor.size, vendor.size_basis, vendor.capital, vendor.yearly_sales, vendor.sales_year)
    return Answer(value, " · ".join(filter(None, (vendor.get_size_display(), *figures))))


def _account(vendor: Vendor) -> Answer:
    account = vendor.bank_accounts.order_by("-version").first()
    if account is None:
        return Answer("")
    shown = _("bank %(bank)s, %(number)s, nama %(match)s") % {
        "bank": account.bank_code,
        "number": masked(account.number),
        "match": account.get_name_match_display().lower() or "–",
    }
    return Answer(
        _joined(account.bank_code, account.number, account.holder_name), shown, opens="bank_account"
    )


def _papers(vendor: Vendor) -> dict[str, Answer]:
    newest: dict[str, VendorDocument] = {}
    for paper in vendor.documents.filter(kind__in=DOCUMENT_FIELDS).order_by("pk"):
        newest[paper.kind] = paper
    return {
        field: Answer(newest[kind].sha256, newest[kind].get_kind_display(), newest[kind].pk)
        if kind in newest
        else Answer("")
        for kind, field in DOCUMENT_FIELDS.items()
    }


def _offer(listing: Listing) -> dict[str, Answer]:
    product = listing.product
    images = [str(image.original) for image in product.images.all()]
    permits = list(listing.permits.order_by("pk"))
    said = attributes.described(listing.kind, listing.attributes)
    return {
        "title": _plain(product.title),
        "category": Answer(
            _joined(listing.category_id, listing.kind, *filter(None, [listing.tax_code])),
            " · ".join(
                filter(None, (listing.category.name, listing.get_kind_display(), listing.tax_words[0]))
            ),
        ),
        "description": _plain(product.description),
        "attributes": Answer(
            json.dumps(listing.attributes, sort_keys=True),
            "; ".join(f"{label}: {value}" for label, value in said),
        ),
        "price": Answer(
            _joined(listing.price, listing.unit, json.dumps(listing.regional_prices, sort_keys=True)),
            _price(listing),
        ),
        "supply": Answer(
            _joined(listing.min_order, listing.daily_capacity, listing.lead_days), _supply(listing)
        ),
        "area": _areas(listing.area_codes),
        "photos": Answer(_joined(*images), _("%(n)d foto") % {"n": len(images)}),
        "kbki": _plain(listing.kbki_code),
        "domestic": _plain(_domestic(listing)),
        "halal": Answer("True", _("Dinyatakan halal")) if listing.halal else Answer(""),
        # A renewed certificate is another than the one that was looked at.
        "permits": Answer(
            _joined(*(f"{each.kind}:{each.number}:{each.valid_to}" for each in permits)),
            "; ".join(map(str, permits)),
        ),
    }


def _price(listing: Listing) -> str:
    more = len(listing.regional_prices)
    shown = f"{rupiah(listing.price)} / {listing.unit}"
    return shown + (_("; harga lain di %(n)d wilayah") % {"n": more} if more else "")


def _supply(listing: Listing) -> str:
    capacity = listing.daily_capacity
    parts = [
        _("paling sedikit %(n)d %(unit)s") % {"n": listing.min_order, "unit": listing.unit},
        _("%(n)d sehari") % {"n": capacity} if capacity else "",
        _("dikirim dalam %(n)d hari kerja") % {"n": listing.lead_days},
    ]
    return ", ".join(filter(None, parts))


def _domestic(listing: Listing) -> str:
    shares = {"TKDN": listing.tkdn_bp, "BMP": listing.bmp_bp}
    parts = ["PDN"] if listing.is_pdn else []
    parts += [f"{name} {percent(points)}" for name, points in shares.items() if points is not None]
    return " · ".join(parts)


def _areas(codes: Sequence[str]) -> Answer:
    return Answer(", ".join(codes), "; ".join(area_name(code) for code in codes))


def _plain(text: str) -> Answer:
    return Answer(text, text)


def _personal(name: str, text: str, keep: int = 4) -> Answer:
    return Answer(text, masked(text, keep=keep) if text else "", opens=name if text else "")


def _joined(*parts: Any) -> str:
    """One text of several values that no other values make; empty when all of them are."""
    texts = ["" if part is None else str(part) for part in parts]
    return "\x1f".join(texts) if any(texts) else ""
