"""ZIP files people upload: their members one by one, bounded, never written to disk under a name of theirs."""

from __future__ import annotations

import io
import itertools
import lzma
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from marketplace.core.transitions import Refused

_PIECE: Final = 64 * 1024
_LITTER: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def members(
    content: bytes | IO[bytes], *, most: int, largest_member: int, largest_total: int
) -> Iterator[tuple[str, bytes]]:
    """(bare file name, bytes) of each file of a ZIP archive. Folders are passed over, their names left out.

    Args:
        content: the archive as it came, or a file of it that can be read from anywhere.
        most: how many members it may have.
        largest_member, largest_total: bytes, unpacked.

    Raises:
        Refused: `archive_broken`, `archive_encrypted`, `archive_too_many`, `archive_bomb`, `archive_name`,
            `archive_twice`.
    """
    with _opened(content) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and not is_litter(info.filename)]
        _refuse_at_sight(infos, most=most, largest_member=largest_member, largest_total=largest_total)
        left = largest_total
        seen: set[str] = set()
        for info in infos:
            name = bare_name(info.filename)
            if name.casefold() in seen:
                raise Refused(
                    "archive_twice", f"Nama “{name}” ada dua kali di dalam ZIP.", fix="Ganti salah satunya."
                )
            seen.add(name.casefold())
            unpacked = _read(archive, info, min(left, largest_member))
            left -= len(unpacked)
            yield name, unpacked


def refuse_bomb(content: bytes, *, largest_total: int, most: int = 2_000) -> None:
    """Look through a ZIP-based file (a spreadsheet) before another program opens it. Raises Refused as `members`."""
    with _opened(content) as archive:
        infos = archive.infolist()
        _refuse_at_sight(infos, most=most, largest_member=largest_total, largest_total=largest_total)
        left = largest_total
        for info in infos:
            left -= sum(len(piece) for piece in _pieces(archive, info, left))


def names(content: bytes | IO[bytes]) -> list[str]:
    """The names as they stand in the archive, unchecked. Raises Refused `archive_broken`."""
    with _opened(content) as archive:
        return archive.namelist()


def is_litter(written: str) -> bool:
    """Whether a member is what a computer adds by itself and nobody meant to send."""
    return written.startswith("__MACOSX/") or written.rpartition("/")[2] in _LITTER


def bare_name(written: str) -> str:
    """The last part of a member's name, normalised; Refused `archive_name` for what is no plain file name."""
    name = unicodedata.normalize("NFC", written.replace("\\", "/").rpartition("/")[2])
    hidden = any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in name)
    if not name or name.startswith(".") or hidden or ":" in name or len(name) > 120:
        raise Refused(
            "archive_name",
            "Ada berkas di dalam ZIP yang namanya tidak dapat dipakai.",
            fix="Pakai nama biasa seperti nasi-kotak.jpg.",
        )
    return name


def _opened(content: bytes | IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as broken:
        raise _broken() from broken


def _refuse_at_sight(
    infos: list[zipfile.ZipInfo], *, most: int, largest_member: int, largest_total: int
) -> None:
    """What the table of contents already tells; it may lie, so reading counts again."""
    if len(infos) > most:
        raise Refused(
            "archive_too_many", f"ZIP berisi lebih dari {most} berkas.", fix="Bagi menjadi beberapa ZIP."
        )
    ends = sorted((info.header_offset, info.header_offset + 30 + info.compress_size) for info in infos)
    if any(second[0] < first[1] for first, second in itertools.pairwise(ends)):
        raise _bomb()  # members that share bytes
    for info in infos:
        if info.flag_bits & 0x1:
            raise Refused(
                "archive_encrypted", "ZIP ini terkunci kata sandi.", fix="Buat ZIP tanpa kata sandi."
            )
        if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise Refused(
                "archive_name", "ZIP berisi tautan, bukan berkas.", fix="Masukkan berkasnya sendiri."
            )
        if info.file_size > largest_member:
            raise _bomb()
    if sum(info.file_size for info in infos) > largest_total:
        raise _bomb()


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    return b"".join(_pieces(archive, info, most))


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """What a member holds, unpacked piece by piece and never more than `most` bytes of it."""
    found = 0
    try:
        with archive.open(info) as member:
            while piece := member.read(_PIECE):
                found += len(piece)
                if found > most:
                    raise _bomb()
                yield piece
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as broken:
        raise _broken() from broken
    except (zlib.error, lzma.LZMAError) as broken:
        raise _broken() from broken


def _broken() -> Refused:
    return Refused("archive_broken", "ZIP ini rusak atau tidak lengkap.", fix="Buat ZIP-nya lagi.")


def _bomb() -> Refused:
    return Refused(
        "archive_bomb",
        "Isi ZIP ini terlalu besar bila dibuka.",
        fix="Masukkan lebih sedikit atau lebih kecil.",
    )
