"""What never stands in a file that git keeps: addresses of registries, paths of one machine, keys."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.house.code import PROJECT

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".html",
    ".css",
    ".js",
    ".json",
    ".yaml",
    ".yml",
    ".typ",
    ".po",
    ".cfg",
    ".svg",
    "",
}
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|root|home)/[\w.]"),
    "an address of a package registry": re.compile(
        r"https?://[\w.-]*(?:pypi|pythonhosted|devpi|artifactory|nexus|npmjs)\b[\w.-]*", re.IGNORECASE
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a live key of a payment provider": re.compile(r"\b[sr]k_live_\w{8,}"),
    "an unfinished thought": re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"),
}
STRANGERS = re.compile(r"https?://(?:[\w-]+\.)*(?:jsdelivr|unpkg|cdnjs|googleapis|gstatic|bootstrapcdn)\.\w+")


def kept_files() -> Iterator[tuple[str, str]]:
    """Path and text of every text file that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in sorted(filter(None, listed.stdout.split("\0"))):
        path = PROJECT / name
        if path.suffix in TEXT and path.is_file() and path.stat().st_size < 2_000_000:
            yield name, path.read_text(errors="ignore")


def faults(name: str, text: str) -> list[str]:
    """What is wrong in a file, one line each."""
    if name == "tests/house/test_words.py":
        return []
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {what}: {match.group()}"
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(text)
    ]
    if name.startswith("templates/") or "/static/" in name:
        found += [f"{name}: loads from a stranger: {match.group()}" for match in STRANGERS.finditer(text)]
    return found


def test_no_file_holds_what_it_must_not():
    assert not [fault for name, text in kept_files() for fault in faults(name, text)]


@pytest.mark.parametrize(
    "text",
    [
        "see /home/someone/notes",
        "index-url = https://pypi.org/simple",
        "# TODO: later",
        "sk_live_abcdefghijkl",
    ],
)
def test_a_fault_is_seen(text):
    assert faults("docs/example.md", text)


def test_inline_scripts_and_styles_stay_out_of_templates():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")|<style\b|\sstyle=\"|\son[a-z]+=\""
    )

    assert not [
        f"{name}: {match.group()}"
        for name, text in kept_files()
        if name.startswith("templates/") and name.endswith(".html") and "/email/" not in name
        for match in inline.finditer(text)
    ]
