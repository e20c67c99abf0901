"""From frozen facts to PDF bytes, by Typst, in this process and without any system library.

The same paper gives the same bytes everywhere: the time stamp is the moment of issue, system fonts are ignored,
and everything printed comes from the paper. Output is PDF/A-2a (archive) and PDF/UA-1 (screen readers).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.conf import settings

from marketplace.core import clock
from marketplace.core.money import rupiah, terbilang
from procurement.documents.models import Paper

TEMPLATES: Final = Path(settings.BASE_DIR, "templates", "papers")
STANDARDS: Final = ["a-2a", "ua-1"]
# Its type stubs leave out sources given as a dictionary, which the package documents.
_typst: Callable[..., bytes | list[bytes]] = typst.compile
_UNPRINTABLE: Final = re.compile(
    r"the text `\"(.*?)\"` could not be displayed|disallowed codepoint `\"(.*?)\"`", re.DOTALL
)
_MAX_UNPRINTABLE: Final = 200
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_WEEKDAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def pdf_of(paper: Paper) -> bytes:
    """Return the PDF of a paper. Raises typst.TypstError when the template itself is wrong."""
    (pdf,) = _compile(paper, "pdf")
    return pdf


def pages_of(paper: Paper, *, ppi: float = 96) -> list[bytes]:
    """Return the pages of a paper as PNG pictures, for documentation."""
    return _compile(paper, "png", ppi=ppi)


def _compile(paper: Paper, output: str, *, ppi: float | None = None) -> list[bytes]:
    data = json.dumps(_visible(print_data(paper)), ensure_ascii=False, sort_keys=True)
    for _attempt in range(_MAX_UNPRINTABLE):
        try:
            # The standards are asked of pictures, too: a glyph no font has is then an error everywhere.
            made = _typst(
                _source(paper.kind),
                root=str(TEMPLATES),
                ignore_system_fonts=True,
                format=output,
                ppi=ppi,
                sys_inputs={"paper": data},
                pdf_standards=STANDARDS if output == "pdf" else [],
                timestamp=int(paper.issued_at.timestamp()),
            )
        except typst.TypstError as error:
            unprintable = _UNPRINTABLE.search(str(error.message))
            if unprintable is None:
                raise
            data = _spelled_out(data, _unescaped(unprintable.group(1) or unprintable.group(2)))
        else:
            return made if isinstance(made, list) else [made]
    raise ValueError(f"paper {paper.pk}: more than {_MAX_UNPRINTABLE} different characters no font can print")


@lru_cache(maxsize=32)
def _source(kind: str) -> dict[str, bytes]:
    """All files a template may use, the kind's own as the main one."""
    files = {path.name: path.read_bytes() for path in sorted(TEMPLATES.glob("*.typ"))}
    files["main.typ"] = files[f"{kind}.typ"]
    return files


def _visible(value: Any) -> Any:
    """Spell out characters that cannot be seen: control and format characters, private and unassigned ones.

    Among them are marks that turn the direction of writing round and could make a paper read differently from
    what was signed.
    """
    if isinstance(value, str):
        return "".join(
            _code_of(character)
            if unicodedata.category(character) in _UNSEEN and character not in "\n\t"
            else character
            for character in value
        )
    if isinstance(value, dict):
        return {name: _visible(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_visible(member) for member in value]
    return value


def _spelled_out(data: str, unprintable: str) -> str:
    """Write characters no embedded font has (emoji, rare scripts) as their code points: nothing is left out.

    Raises ValueError when a character of our own templates is meant: then the template is wrong.
    """
    if unprintable.isascii() or not any(character in data for character in unprintable):
        raise ValueError(f"the template prints {unprintable!r}, which no font has")
    for character in unprintable:
        data = data.replace(character, _code_of(character))
    return data


def _code_of(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _unescaped(text: str) -> str:
    """Read the compiler's way of quoting: `\\u{200d}` for what has no shape of its own."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found.group(1), 16)), text)


def print_data(paper: Paper) -> dict[str, Any]:
    """Everything the template prints: the facts, and what follows from them (words for figures, QR, dates)."""
    kind, facts = paper.kind_of, paper.facts
    amount = facts[kind.amount] if kind.amount else None
    address = settings.SITE_URL + paper.verify_url
    return {
        "kind": kind.code,
        "title": kind.title,
        "number": paper.number,
        "version": paper.version,
        "facts": facts,
        "facts_sha256": paper.facts_sha256,
        "void": facts.get("void"),
        "amount_words": terbilang(amount) if amount is not None else None,
        "amount_figures": rupiah(amount) if amount is not None else None,
        "verify_url": address,
        "qr": _qr(address),
        "codes": {
            place["code"]: _qr(f"{settings.SITE_URL}/terima/{place['code']}/")
            for place in facts.get("deliveries", ())
            if "code" in place
        },
        "issued_at": _moment(paper.issued_at),
        "day": _day_in_words(date.fromisoformat(facts["date"])),
    }


def _day_in_words(day: date) -> dict[str, str]:
    """A day as the opening of a *berita acara* spells it."""
    return {
        "weekday": _WEEKDAYS[day.weekday()],
        "day": number_in_words(day.day),
        "month": _MONTHS[day.month - 1],
        "year": number_in_words(day.year),
        "figures": f"{day:%d-%m-%Y}",
    }


def number_in_words(number: int) -> str:
    """A plain number in words: terbilang without the currency."""
    return terbilang(number).removesuffix(" rupiah")


def _qr(address: str) -> str:
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


def _moment(moment: datetime) -> str:
    return moment.astimezone(clock.JAKARTA).isoformat(timespec="seconds")
