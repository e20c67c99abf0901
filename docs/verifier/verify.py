#!/usr/bin/env python3
"""Pemeriksa luring log audit: satu berkas, hanya butuh Python 3.10+ dan paket `cryptography`.

    python verify.py verify FOLDER --vkey KUNCI [--old TITIK_PERIKSA ...] [--witness KUNCI ...]
    python verify.py verify-proof BERKAS --vkey KUNCI [--entry BERKAS] [--witness KUNCI ...]

FOLDER adalah log yang diterbitkan (C2SP tlog-tiles): `checkpoint`, `tile/…`, `tile/entries/…`. BERKAS adalah bukti
(C2SP tlog-proof). KUNCI adalah kunci publik log (`nama+sidik+kunci`), yang Anda terima dari jalur lain, bukan dari
folder ini. Kode keluar: 0 sah, 1 tidak sah, 2 salah pakai.

This program shares no code with the site: it reads the published formats from their specifications.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import struct
import sys
from hashlib import sha256
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("Paket `cryptography` belum ada: pip install cryptography")

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
LOG_KEY, WITNESS_KEY = 1, 4
TILE = 256


class Invalid(Exception):
    """Something that was to be proven is not so; the message is the sentence for people."""


def say(text: str) -> None:
    """Write a line for people."""
    sys.stdout.write(text + "\n")


# ── the tree (RFC 6962) ─────────────────────────────────────────────────────────────────────────────────


def leaf(entry: bytes) -> bytes:
    """Hash an entry."""
    return sha256(b"\0" + entry).digest()


def pair(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into their parent."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """Grows leaf by leaf: a stack of (height, hash) of perfect subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self.stack: list[tuple[int, bytes]] = []

    def add(self, node: bytes) -> None:
        """Append a leaf hash."""
        height = 0
        while self.stack and self.stack[-1][0] == height:
            node = pair(self.stack.pop()[1], node)
            height += 1
        self.stack.append((height, node))
        self.size += 1

    def root(self) -> bytes:
        """Return the present root."""
        if not self.stack:
            return sha256(b"").digest()
        root = self.stack[-1][1]
        for _height, node in reversed(self.stack[:-1]):
            root = pair(node, root)
        return root


def root_from_path(index: int, size: int, node: bytes, path: list[bytes]) -> bytes:
    """Return the root that an inclusion path leads to (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise Invalid(f"Pohon dengan {size} daun tidak punya daun nomor {index}.")
    steps = []  # from the root down: is our half the right one?
    start, end = 0, size
    while end - start > 1:
        half = 1
        while half * 2 < end - start:
            half *= 2
        right = index >= start + half
        steps.append(right)
        start, end = (start + half, end) if right else (start, start + half)
    if len(steps) != len(path):
        raise Invalid(f"Jalur bukti punya {len(path)} langkah, seharusnya {len(steps)}.")
    for right, sibling in zip(reversed(steps), path, strict=True):
        node = pair(sibling, node) if right else pair(node, sibling)
    return node


# ── signed notes and checkpoints ────────────────────────────────────────────────────────────────────────


def unbase64(text: str, what: str) -> bytes:
    """Decode base64 that has exactly one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(f"{what} bukan base64.") from None
    if base64.b64encode(data).decode() != text:
        raise Invalid(f"{what} bukan base64 yang baku.")
    return data


class Key:
    """A verifier key `name+hash+base64(type || key)`."""

    def __init__(self, text: str) -> None:
        name, _, rest = text.strip().partition("+")
        fingerprint, _, encoded = rest.partition("+")
        data = unbase64(encoded, "Kunci publik")
        if not name or len(data) != 33 or data[0] not in (LOG_KEY, WITNESS_KEY):
            raise Invalid("Kunci publik harus berbentuk nama+sidik+kunci (Ed25519).")
        self.name, self.type, self.public = name, data[0], data[1:]
        self.id = sha256(name.encode() + b"\n" + data).digest()[:4]
        if self.id.hex() != fingerprint:
            raise Invalid("Sidik pada kunci publik tidak cocok dengan kuncinya.")

    def check(self, text: str, signature: bytes) -> None:
        """Raise Invalid unless the signature is genuine."""
        message = text.encode()
        if self.type == WITNESS_KEY:
            if len(signature) != 72:
                raise Invalid(f"Tanda tangan saksi {self.name} rusak.")
            (time,) = struct.unpack(">Q", signature[:8])
            message, signature = f"cosignature/v1\ntime {time}\n".encode() + message, signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            raise Invalid(f"Tanda tangan {self.name} tidak sah.") from None


class Checkpoint:
    """A tree head that every required key has signed."""

    def __init__(self, note: str, keys: list[Key]) -> None:
        text, blank, tail = note.rpartition("\n\n")
        text += "\n"
        if not blank or not tail.endswith("\n"):
            raise Invalid("Titik periksa bukan naskah bertanda tangan.")
        signatures = []
        for line in tail[:-1].split("\n"):
            parts = line.split(" ")
            if len(parts) != 3 or parts[0] != "\u2014":
                raise Invalid("Baris tanda tangan rusak.")
            signatures.append((parts[1], unbase64(parts[2], "Tanda tangan")))
        for key in keys:
            ours = [data[4:] for name, data in signatures if (name, data[:4]) == (key.name, key.id)]
            if not ours:
                raise Invalid(f"Titik periksa tidak ditandatangani oleh {key.name}.")
            for signature in ours:
                key.check(text, signature)
        lines = text.split("\n")
        if len(lines) < 4 or lines[0] != keys[0].name:
            raise Invalid(f"Titik periksa bukan dari log {keys[0].name}.")
        if not (lines[1].isascii() and lines[1].isdigit()) or str(int(lines[1])) != lines[1]:
            raise Invalid("Jumlah daun pada titik periksa rusak.")
        self.origin, self.size, self.root = lines[0], int(lines[1]), unbase64(lines[2], "Akar")
        if len(self.root) != 32:
            raise Invalid("Akar pada titik periksa tidak 32 byte.")


# ── the published folder (C2SP tlog-tiles) ──────────────────────────────────────────────────────────────


def tile_name(level: str, index: int) -> str:
    """Return the path of a full tile."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["tile", level, *("x" + group for group in groups[:-1]), groups[-1]])


def read_tile(folder: Path, level: str, index: int, width: int) -> bytes:
    """Read a tile or bundle; the full one serves where the partial one is gone."""
    name = tile_name(level, index)
    partial = folder / f"{name}.p/{width}"
    path = partial if width < TILE and partial.is_file() else folder / name
    try:
        return path.read_bytes()
    except OSError:
        raise Invalid(f"Berkas {name} tidak ada atau tidak terbaca.") from None


def read_entries(folder: Path, index: int, width: int) -> list[bytes]:
    """Read the first `width` entries of a bundle."""
    data, at, entries = read_tile(folder, "entries", index, width), 0, []
    while at < len(data) and len(entries) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(entry) != length or at + 2 > len(data):
            break
        entries.append(entry)
        at += 2 + length
    if len(entries) != width:
        raise Invalid(f"Bundel {index} memuat {len(entries)} catatan utuh, seharusnya {width}.")
    return entries


class Events:
    """Counts the events of each thing, when the entries are ours."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, str], int] = {}
        self.foreign = False

    def see(self, index: int, entry: bytes) -> None:
        """Check that an entry is the next event of its thing."""
        if self.foreign:
            return
        try:
            content = json.loads(entry)
            thing = (content["aggregate"]["type"], content["aggregate"]["id"])
            number = content["event"]
        except (ValueError, KeyError, TypeError):
            self.foreign = index == 0
            if not self.foreign:
                raise Invalid(f"Daun {index} bukan catatan e-Order.") from None
            return
        expected = self.last.get(thing, 0) + 1
        if number != expected:
            raise Invalid(f"Daun {index}: {'/'.join(thing)} bernomor {number}, seharusnya {expected}.")
        self.last[thing] = number


def check_level(folder: Path, level: int, hashes: list[bytes]) -> list[bytes]:
    """Compare the tiles of one level with the hashes they must hold; return the hashes of the level above."""
    above = []
    for start in range(0, len(hashes), TILE):
        part = hashes[start : start + TILE]
        stored = read_tile(folder, str(level), start // TILE, len(part))
        if stored[: 32 * len(part)] != b"".join(part):
            raise Invalid(f"Ubin {level}/{start // TILE} tidak cocok dengan catatannya.")
        if len(part) == TILE:
            nodes = part
            while len(nodes) > 1:
                nodes = [pair(nodes[at], nodes[at + 1]) for at in range(0, len(nodes), 2)]
            above.append(nodes[0])
    return above


def verify_folder(folder: Path, keys: list[Key], old: list[Path]) -> None:
    """Check a whole published log. Raises Invalid."""
    head = Checkpoint(read_text(folder / "checkpoint"), keys)
    say(f"✓ Titik periksa {head.origin}: {head.size} catatan, ditandatangani {len(keys)} kunci yang dikenal.")
    earlier: dict[int, list[Checkpoint]] = {}
    for path in old:
        checkpoint = Checkpoint(read_text(path), keys[:1])
        if checkpoint.size > head.size:
            raise Invalid(f"Titik periksa lama {path.name} lebih besar dari log ini: catatan hilang.")
        earlier.setdefault(checkpoint.size, []).append(checkpoint)
    tree, events, hashes = Tree(), Events(), []
    compare(earlier, tree)
    for index in range(-(-head.size // TILE)):
        width = min(TILE, head.size - index * TILE)
        for entry in read_entries(folder, index, width):
            events.see(tree.size, entry)
            hashes.append(leaf(entry))
            tree.add(hashes[-1])
            compare(earlier, tree)
    if tree.root() != head.root:
        raise Invalid("Akar yang dihitung ulang berbeda dari yang ditandatangani: catatan telah diubah.")
    say(f"✓ {tree.size} catatan dihitung ulang; akarnya sama dengan yang ditandatangani.")
    if old:
        say(f"✓ {len(old)} titik periksa lama masih cocok: tidak ada riwayat yang diubah sejak itu.")
    level, tiles = 0, 0
    while hashes:
        tiles += -(-len(hashes) // TILE)
        hashes, level = check_level(folder, level, hashes), level + 1
    say(f"✓ {tiles} ubin pada {level} tingkat cocok.")
    if events.foreign:
        say("· Isi catatan bukan dari e-Order; hanya pohonnya yang diperiksa.")
    elif events.last:
        say(f"✓ Urutan peristiwa {len(events.last)} berkas lengkap tanpa lompatan.")


def compare(earlier: dict[int, list[Checkpoint]], tree: Tree) -> None:
    """Compare the tree as it has grown so far with earlier checkpoints of that size."""
    for checkpoint in earlier.get(tree.size, ()):
        if checkpoint.root != tree.root():
            raise Invalid(f"Titik periksa lama ({tree.size} daun) tidak cocok: riwayat telah diubah.")


# ── proof files (C2SP tlog-proof) ───────────────────────────────────────────────────────────────────────


def split_proofs(text: str) -> list[str]:
    """Return the proofs of a file."""
    found: list[list[str]] = []
    for line in text.splitlines(keepends=True):
        if line.rstrip("\n") == PROOF_HEADER:
            found.append([])
        if not found:
            raise Invalid(f"Berkas bukti harus dimulai dengan {PROOF_HEADER}.")
        found[-1].append(line)
    if not found:
        raise Invalid("Berkas bukti kosong.")
    return ["".join(lines) for lines in found]


def verify_proof(text: str, keys: list[Key], given: bytes | None) -> tuple[bytes, int, Checkpoint]:
    """Check one proof; return the entry it proves, its index and its checkpoint. Raises Invalid."""
    header, blank, note = text.partition("\n\n")
    lines = header.split("\n")[1:]
    entry = given
    if lines and lines[0].startswith("extra "):
        carried = unbase64(lines.pop(0)[6:], "Catatan di dalam bukti")
        entry = carried if given is None else given
    number = lines.pop(0)[6:] if lines and lines[0].startswith("index ") else ""
    if not blank or not number.isascii() or not number.isdigit() or str(int(number)) != number:
        raise Invalid("Bukti rusak: nomor daun atau titik periksa tidak ada.")
    if entry is None:
        raise Invalid("Bukti tidak memuat catatannya: berikan dengan --entry.")
    path = [unbase64(line, "Jalur bukti") for line in lines]
    if any(len(step) != 32 for step in path):
        raise Invalid("Jalur bukti harus terdiri dari sidik 32 byte.")
    head = Checkpoint(note, keys)
    if root_from_path(int(number), head.size, leaf(entry), path) != head.root:
        raise Invalid(f"Daun {number}: jalur bukti tidak sampai ke akar yang ditandatangani.")
    return entry, int(number), head


def verify_proofs(path: Path, keys: list[Key], given: bytes | None) -> None:
    """Check every proof of a file and tell its story. Raises Invalid."""
    seen: dict[tuple[str, str], list[int]] = {}
    for text in split_proofs(read_text(path)):
        entry, index, head = verify_proof(text, keys, given)
        try:
            content = json.loads(entry)
            thing = (content["aggregate"]["type"], content["aggregate"]["id"])
            seen.setdefault(thing, []).append(content["event"])
            told = f"{'/'.join(thing)} peristiwa {content['event']}: {content['act']} pada {content['at']}"
        except (ValueError, KeyError, TypeError):
            told = f"{len(entry)} byte"
        say(f"✓ Daun {index} dari {head.size} di {head.origin}: {told}")
    for thing, numbers in seen.items():
        if numbers == list(range(1, len(numbers) + 1)):
            say(f"✓ {'/'.join(thing)}: {len(numbers)} peristiwa pertama lengkap dan berurutan.")
        else:
            say(f"! {'/'.join(thing)}: berkas ini hanya memuat peristiwa {', '.join(map(str, numbers))}.")


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────


def read_text(path: Path) -> str:
    """Read a text file as it is, newlines included."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Invalid(f"Berkas {path} tidak ada atau tidak terbaca.") from None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Memeriksa log audit yang diterbitkan, tanpa jaringan.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    folder = verbs.add_parser("verify", help="periksa seluruh log yang diterbitkan")
    folder.add_argument("folder", type=Path)
    folder.add_argument(
        "--old", type=Path, nargs="*", default=[], help="titik periksa lama yang harus masih cocok"
    )
    proof = verbs.add_parser("verify-proof", help="periksa berkas bukti")
    proof.add_argument("file", type=Path)
    proof.add_argument("--entry", type=Path, help="catatan yang dibuktikan, bila tidak termuat")
    for verb in (folder, proof):
        verb.add_argument("--vkey", required=True, help="kunci publik log")
        verb.add_argument(
            "--witness", action="append", default=[], help="kunci saksi yang wajib ikut menandatangani"
        )
    given = parser.parse_args(arguments)
    try:
        keys = [Key(given.vkey), *map(Key, given.witness)]
        if given.verb == "verify":
            verify_folder(given.folder, keys, given.old)
        else:
            entry = given.entry.read_bytes() if given.entry else None
            verify_proofs(given.file, keys, entry)
    except (Invalid, OSError) as error:
        say(f"✗ {error}")
        say("TIDAK SAH.")
        return 1
    say("SAH.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
