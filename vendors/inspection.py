"""What a registration and a listing are checked for, field by field, and what the last words on it amount to. Pure.

A field found right stays right in later rounds while its value is the same: the second look is at what was mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from vendors.reasons import Reason, reasons

LONGEST_SUMMARY: Final = 480


class Standing(StrEnum):
    """Where a field stands: to be looked at, found right, or to be mended."""

    WAITS = "WAITS"
    STANDS = "STANDS"
    TO_MEND = "TO_MEND"


@dataclass(frozen=True, slots=True)
class Question:
    """A field that is checked. An `optional` one is asked about only when it was answered."""

    code: str
    label: str
    optional: bool = False


REGISTRATION: Final = (
    Question("name", "Nama usaha"),
    Question("legal_form", "Bentuk usaha"),
    Question("programme", "Nomor anggota program binaan", optional=True),
    Question("nib", "NIB"),
    Question("activities", "Kegiatan usaha (KBLI)"),
    Question("owner_name", "Nama pemilik"),
    Question("owner_nik", "NIK pemilik"),
    Question("npwp", "NPWP", optional=True),
    Question("pkp", "Pengusaha Kena Pajak"),
    Question("suket", "Suket PP 55/2022", optional=True),
    Question("construction", "Kualifikasi konstruksi (SBU)", optional=True),
    Question("skb", "SKB pajak penghasilan", optional=True),
    Question("statement", "Pernyataan omzet paling banyak Rp500 juta", optional=True),
    Question("size", "Ukuran usaha"),
    Question("address", "Alamat"),
    Question("phone", "Telepon"),
    Question("service_area", "Wilayah layanan"),
    Question("bank_account", "Rekening", optional=True),
    Question("document_nib", "Berkas NIB", optional=True),
    Question("document_ktp", "Berkas KTP", optional=True),
    Question("document_npwp", "Berkas NPWP", optional=True),
    Question("document_pkp", "Berkas pengukuhan PKP", optional=True),
    Question("document_suket", "Berkas Suket", optional=True),
    Question("document_sbu", "Berkas SBU", optional=True),
    Question("document_skb", "Berkas SKB", optional=True),
    Question("document_omzet", "Berkas pernyataan omzet", optional=True),
    Question("document_rekening", "Berkas buku rekening", optional=True),
)
OFFER: Final = (
    Question("title", "Nama produk"),
    Question("category", "Kategori dan jenis"),
    Question("description", "Keterangan"),
    Question("attributes", "Ciri produk"),
    Question("price", "Harga dan satuan"),
    Question("supply", "Kesanggupan dan lama kirim"),
    Question("area", "Wilayah kirim"),
    Question("photos", "Foto"),
    Question("kbki", "Kode KBKI", optional=True),
    Question("domestic", "Produk dalam negeri, TKDN, BMP", optional=True),
    Question("halal", "Pernyataan halal", optional=True),
    Question("permits", "Izin dan sertifikat", optional=True),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: `value` in full, for its fingerprint alone; `shown` as it may stand on a screen."""

    value: str
    shown: str = ""
    document_id: int | None = None
    opens: str = ""
    """The name under which it can be opened in full, for a purpose, where it is personal data."""


class Word(Protocol):
    """One verdict on one field."""

    field: str
    round: int
    turn: int
    accepted: bool
    reason_code: str
    note: str
    value_hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A field as it stands now: the answer, its fingerprint, and the last word on it."""

    question: Question
    answer: Answer
    value_hash: str
    round: int
    word: Word | None

    @property
    def code(self) -> str:
        """The field."""
        return self.question.code

    @property
    def label(self) -> str:
        """The field in words."""
        return self.question.label

    @property
    def changed(self) -> bool:
        """Whether the answer is another than the one the last word was about."""
        return self.word is not None and self.word.value_hash != self.value_hash

    @property
    def standing(self) -> Standing:
        """Right while unchanged; to be mended in the round it was found so; else it waits."""
        if self.word is None:
            return Standing.WAITS
        if self.word.accepted:
            return Standing.WAITS if self.changed else Standing.STANDS
        return Standing.TO_MEND if self.word.round == self.round else Standing.WAITS

    @property
    def stands(self) -> bool:
        """Whether it was found right, now or before."""
        return self.standing == Standing.STANDS

    @property
    def to_mend(self) -> bool:
        """Whether it was found wrong in this round."""
        return self.standing == Standing.TO_MEND

    @property
    def carried_from(self) -> int | None:
        """The earlier round in which it was found right, when nobody needs to look again."""
        return self.word.round if self.word and self.stands and self.word.round < self.round else None

    @property
    def reason(self) -> Reason | None:
        """Why it was found wrong, by the last word; None when that found it right or there is none."""
        return None if self.word is None or self.word.accepted else reasons().get(self.word.reason_code)

    @property
    def seen(self) -> str:
        """What somebody looked at who judges: changes with the answer and with every word on it."""
        words = f"{self.word.round}.{self.word.turn}" if self.word else "0.0"
        return f"{self.round}:{words}:{self.value_hash[:20]}"


def findings(
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    words: Iterable[Word],
    *,
    round: int,
    digest: Callable[[str, str], str],
) -> list[Finding]:
    """Every question that is asked, with its answer and the last of `words` (oldest first) on it.

    `digest` makes the fingerprint of a field's value.
    """
    last = {word.field: word for word in words}
    asked = [
        question for question in questions if not question.optional or answers[question.code].value != ""
    ]
    return [
        Finding(
            question,
            answers[question.code],
            digest(question.code, answers[question.code].value),
            round,
            last.get(question.code),
        )
        for question in asked
    ]


def unsettled(found: Iterable[Finding]) -> list[Finding]:
    """The fields that are not found right."""
    return [each for each in found if not each.stands]


def summary(found: Iterable[Finding]) -> str:
    """What must be mended, in one paragraph: field and sentence, without the checker's own words.

    It goes into the log and into messages; notes stay on the page.
    """
    parts = [f"{each.label}: {each.reason.sentence}" for each in found if each.to_mend and each.reason]
    text = " ".join(parts)
    if len(text) <= LONGEST_SUMMARY:
        return text
    labels = ", ".join(each.label for each in found if each.to_mend)
    return f"{len(parts)} isian perlu diperbaiki: {labels}"[:LONGEST_SUMMARY]
