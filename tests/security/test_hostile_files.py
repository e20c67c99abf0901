"""Every hostile file at every door it could come in by: refused with its code, or kept as a clean copy."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from marketplace.core import archives, pictures, spreadsheets, uploads
from marketplace.core.transitions import Refused
from tests.house.code import PROJECT
from tests.security.hostile_files import (
    ARCHIVE,
    DOCUMENT,
    PHP,
    PICTURE,
    SCRIPT,
    TABLE,
    TAKEN,
    Hostile,
    hostile_files,
)

FILES = list(hostile_files())
PAGE = PROJECT / "docs" / "hostile-uploads.md"
MEMORY = 900 * 1024 * 1024
"""What a process may take while it looks at any of these files."""


def document(content: bytes) -> list[bytes]:
    return [uploads.checked_document(content).content]


def picture(content: bytes) -> list[bytes]:
    kept = io.BytesIO()
    pictures.drawn(content, largest_bytes=5 * 1024 * 1024).save(kept, "WEBP")
    return [kept.getvalue()]


def table(content: bytes) -> list[bytes]:
    cells = [cell for _line, row in spreadsheets.rows(content) for cell in row]
    return [spreadsheets.neutralised(cell).encode() for cell in cells]


def archive(content: bytes) -> list[bytes]:
    read = archives.members(content, most=500, largest_member=5 * 1024 * 1024, largest_total=60 * 1024 * 1024)
    return [name.encode() for name, _content in read]


DOORS = {DOCUMENT: document, PICTURE: picture, TABLE: table, ARCHIVE: archive}


def verdict(door: str, content: bytes) -> tuple[str, list[bytes]]:
    try:
        return TAKEN, DOORS[door](content)
    except Refused as refused:
        return refused.code, [] if refused.sentence else [b"=no reason"]


def clean(kept: bytes) -> None:
    """What is kept is a picture, a PDF of pages or a bare word, and carries nothing of what came with it."""
    assert SCRIPT not in kept
    assert PHP not in kept
    assert b"GPS-RAHASIA" not in kept
    assert kept[:2] != b"MZ"
    if kept.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(kept)) as opened:
            assert "/Names" not in opened.Root
            assert "/OpenAction" not in opened.Root
            assert not opened.docinfo
            assert all("/Annots" not in page.obj for page in opened.pages)
    elif kept[8:12] == b"WEBP":
        with Image.open(io.BytesIO(kept)) as opened:
            assert not opened.getexif()
            assert not getattr(opened, "is_animated", False)
        assert len(kept) == int.from_bytes(kept[4:8], "little") + 8  # nothing behind its end
    else:
        assert not kept.startswith((b"=", b"+", b"-", b"@", b"/", b".", b"C:"))
        assert b".." not in kept


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_every_hostile_file_is_refused_or_kept_clean(file: Hostile):
    content = file.make()
    for door, expected in file.verdicts.items():
        found, kept = verdict(door, content)
        assert (door, found) == (door, expected)
        for each in kept:
            clean(each)


def test_there_are_enough_of_them():
    assert len(FILES) >= 60
    assert len({file.name for file in FILES}) == len(FILES)


LOOK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
from tests.security.test_hostile_files import FILES, verdict
for file in FILES[int(sys.argv[1])::4]:
    content = file.make()
    for door in file.verdicts:
        verdict(door, content)
print("alive")
"""


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_no_worker_dies_of_them(part):
    """All in one process whose memory is bounded: none of them fills it, none ends it."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(memory=MEMORY + 700 * 1024 * 1024), str(part)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
    assert done.stdout.strip() == "alive", done.stderr[-2000:]


def page() -> str:
    lines = [
        "# Hostile uploads",
        "",
        "Files that are tried at every door they could come in by, and what becomes of them. `TAKEN`: a clean copy is",
        "kept (a picture or PDF made anew, a bare word); anything else is the code of the refusal people see.",
        "Made by `tests/security/hostile_files.py`; a test keeps this page in step (`EORDER_WRITE_DOCS=1` writes it).",
        "",
        "| # | File | Scan of a paper | Picture | Spreadsheet | ZIP of pictures |",
        "|---|---|---|---|---|---|",
    ]
    for number, file in enumerate(FILES, 1):
        cells = [file.verdicts.get(door, "") for door in (DOCUMENT, PICTURE, TABLE, ARCHIVE)]
        lines.append(
            f"| {number} | {file.name} | " + " | ".join(f"`{cell}`" if cell else "" for cell in cells) + " |"
        )
    return "\n".join(lines) + "\n"


def test_the_page_about_them_is_true():
    if os.environ.get("EORDER_WRITE_DOCS"):
        Path(PAGE).write_text(page())
    assert PAGE.read_text() == page()
