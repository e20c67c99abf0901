"""The registration as a list of tasks: what each section asks, what it still lacks, and how its answers are taken over.

Each section is a small record of answers. `fill` checks them and writes them on the vendor; the same code serves the
first draft, the mending after a check, and a change that an operator accepts later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Final

from marketplace.accounts.personal_data import keyed_hash
from marketplace.core import clock, identifiers
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Code
from marketplace.regulation.places import place
from vendors.letters import Letters, papers_lack, wanted_papers
from vendors.models import Activity, Vendor, VendorDocument
from vendors.size import size_of

PERSON = Vendor.LegalForm.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Who sells: the name on the sign, the legal form, the NIB and its lines of business."""

    name: str
    nib: str
    legal_form: str = PERSON
    kbli: Sequence[str] = ()
    edition: str = Activity.Edition.KBLI_2020
    programme_number: str = ""

    def fill(self, vendor: Vendor) -> None:
        """Raises Refused `malformed`, `kbli_unknown`, `kbli_missing`."""
        codes = [_formed(identifiers.kbli, code) for code in self.kbli]
        if not codes:
            raise Refused(
                "kbli_missing", "Kode KBLI belum diisi.", fix="Salin kode 5 angka dari NIB, contoh 56210."
            )
        _known_activities(codes, self.edition)
        vendor.nib = _formed(identifiers.nib, self.nib)
        vendor.legal_form = self.legal_form
        vendor.programme_number = self.programme_number
        vendor.organisation.name = self.name
        vendor.partner.name = self.name[:128]

    def after(self, vendor: Vendor) -> None:
        """Write the rows beside the vendor's own."""
        vendor.organisation.save(update_fields=["name"])
        vendor.partner.save(update_fields=["name"])
        vendor.activities.all().delete()
        Activity.objects.bulk_create(
            Activity(vendor=vendor, code=code, edition=self.edition) for code in dict.fromkeys(self.kbli)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxes(Letters):
    """Who owns it and how it is taxed. A person's NPWP is the NIK (PMK 112/2022); a body has its own."""

    owner_name: str
    owner_nik: str
    npwp: str = ""
    nitku: str = ""
    pkp: bool = False
    suket_pp55: str = ""
    suket_pp55_valid_to: date | None = None
    pbjt_registered: bool = False

    def fill(self, vendor: Vendor) -> None:
        """Raises Refused `malformed`, `npwp_missing`, `suket_dates`, and those of `Letters`."""
        nik = _formed(identifiers.nik, self.owner_nik)
        if not self.npwp and vendor.legal_form != PERSON:
            raise Refused(
                "npwp_missing", "NPWP badan usaha atau koperasi belum diisi.", fix="Lihat kartu NPWP."
            )
        npwp = _formed(identifiers.npwp16, self.npwp) if self.npwp else nik
        nitku = _formed(lambda text: identifiers.nitku(text, npwp=npwp), self.nitku or npwp + "000000")
        if self.suket_pp55 and (self.suket_pp55_valid_to is None or self.suket_pp55_valid_to < clock.today()):
            raise Refused(
                "suket_dates",
                "Suket PP 55/2022 perlu tanggal akhir yang belum lewat.",
                rule="PP 55/2022",
                fix="Isi tanggal akhirnya, atau kosongkan nomornya.",
            )
        vendor.owner_name, vendor.owner_nik, vendor.npwp, vendor.nitku = self.owner_name, nik, npwp, nitku
        vendor.owner_nik_hash, vendor.npwp_hash = keyed_hash("nik", nik), keyed_hash("npwp", npwp)
        vendor.pkp, vendor.pbjt_registered = self.pkp, self.pbjt_registered
        vendor.suket_pp55 = self.suket_pp55
        vendor.suket_pp55_valid_to = self.suket_pp55_valid_to if self.suket_pp55 else None
        self.fill_letters(vendor)

    def after(self, vendor: Vendor) -> None:
        """Nothing beside the vendor's own row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """From what the size follows (PP 7/2021 Art. 35). Rupiah."""

    yearly_sales: int | None = None
    sales_year: int | None = None
    capital: int | None = None

    def fill(self, vendor: Vendor) -> None:
        """Raises Refused `size_unknown`, `too_large`, `sales_year`."""
        today = clock.today()
        year = self.sales_year or (today.year - 1 if self.yearly_sales is not None else None)
        if year is not None and not today.year - 3 <= year <= today.year:
            raise Refused(
                "sales_year", "Tahun omzet terlalu lama atau belum berjalan.", fix="Isi tahun terakhir."
            )
        cooperative = vendor.legal_form == Vendor.LegalForm.COOPERATIVE
        found = size_of(capital=self.capital, yearly_sales=self.yearly_sales, cooperative=cooperative)
        vendor.capital, vendor.yearly_sales, vendor.sales_year = self.capital, self.yearly_sales, year
        vendor.size, vendor.size_basis, vendor.size_stated_on = found.size, found.basis, today

    def after(self, vendor: Vendor) -> None:
        """Nothing beside the vendor's own row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the business is, how it is reached, and where it delivers."""

    place_code: str
    street: str
    phone: str
    service_area: Sequence[str] = ()
    about: str = ""

    def fill(self, vendor: Vendor) -> None:
        """Raises Refused `place_unknown`, `malformed`, `area_unknown`."""
        found = place(self.place_code)
        if found is None or self.place_code.count(".") != 3:
            raise Refused(
                "place_unknown", "Kelurahan belum dipilih.", fix="Ketik namanya, lalu pilih dari daftar."
            )
        area = list(self.service_area) or [self.place_code[:5]]
        unknown = [code for code in area if place(code) is None]
        if unknown:
            raise Refused(
                "area_unknown", f"Wilayah layanan {', '.join(unknown)} tidak dikenal.", fix="Pilih lagi."
            )
        phone = _formed(identifiers.phone, self.phone)
        vendor.place_code, vendor.place_name = found.code, found.name[:160]
        vendor.street, vendor.phone, vendor.phone_hash = self.street, phone, keyed_hash("phone", phone)
        vendor.service_area, vendor.about = area, self.about

    def after(self, vendor: Vendor) -> None:
        """Nothing beside the vendor's own row."""


Answers = Business | Taxes | Figures | Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A task of the list: its address, its name, the record of its answers, and whether a check rests on it.

    `legal` answers of a verified vendor change only by an amendment; `lacks` says what is not there yet.
    """

    code: str
    title: str
    hint: str
    lacks: Callable[[Vendor], list[str]]
    answers: type[Answers] | None = None
    legal: bool = True
    fields: tuple[str, ...] = field(default=())


def _business_lacks(vendor: Vendor) -> list[str]:
    lacking = [] if vendor.nib else ["NIB"]
    return lacking if vendor.activities.exists() else [*lacking, "kode KBLI"]


def _taxes_lack(vendor: Vendor) -> list[str]:
    named = {"nama pemilik": vendor.owner_name, "NIK pemilik": vendor.owner_nik, "NPWP": vendor.npwp}
    return [name for name, value in named.items() if not value]


def _figures_lack(vendor: Vendor) -> list[str]:
    return [] if vendor.size else ["omzet atau modal"]


def _address_lacks(vendor: Vendor) -> list[str]:
    named = {"kelurahan": vendor.place_code, "alamat jalan": vendor.street, "telepon": vendor.phone}
    return [name for name, value in named.items() if not value]


def _account_lacks(vendor: Vendor) -> list[str]:
    return [] if vendor.bank_accounts.filter(stopped_at__isnull=True).exists() else ["rekening bank"]


def wanted_documents(vendor: Vendor) -> list[VendorDocument.Kind]:
    """The papers that the answers ask for."""
    wanted = [VendorDocument.Kind.NIB]
    wanted += [VendorDocument.Kind.PKP] if vendor.pkp else []
    wanted += [VendorDocument.Kind.SUKET] if vendor.suket_pp55 else []
    return wanted + wanted_papers(vendor)


def _documents_lack(vendor: Vendor) -> list[str]:
    return papers_lack(vendor, wanted_documents(vendor))


def _pact_lacks(vendor: Vendor) -> list[str]:
    return [] if vendor.pact_signed_at else ["persetujuan Pakta Integritas"]


SECTIONS: Final = (
    Section(
        code="usaha",
        title="Identitas usaha",
        hint="Nama, NIB, dan KBLI",
        lacks=_business_lacks,
        answers=Business,
        fields=("name", "legal_form", "programme", "nib", "activities"),
    ),
    Section(
        code="pajak",
        title="Pemilik dan pajak",
        hint="NIK pemilik, NPWP, PKP",
        lacks=_taxes_lack,
        answers=Taxes,
        fields=("owner_name", "owner_nik", "npwp", "pkp", "suket", "construction", "skb", "statement"),
    ),
    Section(
        code="ukuran",
        title="Ukuran usaha",
        hint="Omzet setahun, atau modal bila baru mulai",
        lacks=_figures_lack,
        answers=Figures,
        legal=False,
        fields=("size",),
    ),
    Section(
        code="alamat",
        title="Alamat dan wilayah layanan",
        hint="Kelurahan, jalan, telepon",
        lacks=_address_lacks,
        answers=Address,
        legal=False,
        fields=("address", "phone", "service_area"),
    ),
    Section(
        code="rekening",
        title="Rekening bank",
        hint="Atas nama pemilik atau usaha",
        lacks=_account_lacks,
        fields=("bank_account",),
    ),
    Section(
        code="berkas",
        title="Berkas",
        hint="Foto atau PDF NIB",
        lacks=_documents_lack,
        fields=(
            "document_nib",
            "document_ktp",
            "document_npwp",
            "document_pkp",
            "document_suket",
            "document_sbu",
            "document_skb",
            "document_omzet",
            "document_rekening",
        ),
    ),
    Section(
        code="pakta",
        title="Pakta Integritas",
        hint="Disetujui pemilik sendiri",
        lacks=_pact_lacks,
    ),
)
BY_CODE: Final = {section.code: section for section in SECTIONS}
TITLES: Final = {section.code: section.title for section in SECTIONS}
"""What people call a section, by the code that the log keeps."""
OWNERS_ONLY: Final = frozenset({"rekening", "pakta"})
"""Sections that nobody fills in for the owner."""


def section_of(field_name: str) -> Section | None:
    """The section in which a field is asked."""
    return next((section for section in SECTIONS if field_name in section.fields), None)


def answers_of(section: Section, values: Mapping[str, Any]) -> Answers:
    """The record of a section from plain values (an amendment's)."""
    assert section.answers is not None
    known = {each.name for each in fields(section.answers)}
    given = {name: value for name, value in values.items() if name in known}
    for name, value in given.items():
        if name.endswith(("_valid_from", "_valid_to")) and isinstance(value, str):
            given[name] = date.fromisoformat(value)
    return section.answers(**given)


def plain(answers: Answers) -> dict[str, Any]:
    """A record as plain JSON values."""
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in asdict(answers).items()
    }


def present(section: Section, vendor: Vendor) -> dict[str, Any]:
    """What the vendor now says in a section, as plain values under the names of its record."""
    if section.answers is None:
        return {}
    activities = list(vendor.activities.order_by("pk"))
    beside: dict[str, Any] = {
        "name": vendor.organisation.name if vendor.nib else "",
        "kbli": [activity.code for activity in activities],
        "edition": activities[0].edition if activities else Activity.Edition.KBLI_2020,
    }
    found = {}
    for each in fields(section.answers):
        value = beside[each.name] if each.name in beside else getattr(vendor, each.name)
        found[each.name] = value.isoformat() if isinstance(value, date) else value
    return found


def _known_activities(codes: Sequence[str], edition: str) -> None:
    listed = Code.objects.filter(scheme=Code.Scheme.KBLI, edition=edition)
    if not listed.exists():
        return  # without the list of that edition only the shape can be asked
    known = set(listed.filter(code__in=codes).values_list("code", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Refused(
            "kbli_unknown",
            f"Kode {', '.join(unknown)} tidak ada dalam KBLI {edition}.",
            rule=f"KBLI {edition} (BPS)",
            fix="Salin kode 5 angka dari NIB, atau pilih edisi yang lain.",
        )


def _formed(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except identifiers.Malformed as malformed:
        raise Refused("malformed", str(malformed)) from None
