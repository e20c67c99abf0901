"""Read the text of a PDF back from its content streams and the fonts' own tables: what a copy-and-paste gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf


def text_of(pdf: bytes) -> str:
    """All shown text in the order of the content streams, without spaces between separately placed pieces."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return "".join("".join(_shown(page)) for page in opened.pages)


def _shown(page: Any) -> Iterator[str]:
    tables = {name: _unicode_table(font) for name, font in page.Resources.Font.items()}
    current: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = instruction.operands, instruction.operator
        if str(operator) == "Tf":
            current = tables[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            pieces = operands[0] if str(operator) == "TJ" else operands
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    codes = bytes(piece)
                    for start in range(0, len(codes), 2):
                        yield current.get(int.from_bytes(codes[start : start + 2]), "")


def _unicode_table(font: Any) -> dict[int, str]:
    table: dict[int, str] = {}
    source = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", block):
            table[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for offset in range(int(last, 16) - int(first, 16) + 1):
                start = bytes.fromhex(text).decode("utf-16-be")
                table[int(first, 16) + offset] = start[:-1] + chr(ord(start[-1]) + offset)
    return table
