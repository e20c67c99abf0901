"""Packs whose every hash, proof and signature is genuine, put together so that they tell something that is not so."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.notes import Note
from procurement.oversight.evidence.archive import zipped
from tests.audit.single_file import VERIFY
from tests.oversight.test_evidence_verifier import (
    Check,
    Files,
    Proven,
    books,
    check,
    entries,
    flipped,
    leaf_of,
    proven,
    relisted,
    state,
    swapped,
    thing,
    without_leaf,
)

__all__ = ["check", "proven"]
Forge = Callable[[Files, Proven], Files]


def manifest(change: Callable[[dict[str, Any]], Any]) -> Forge:
    """A list of contents that fits, but for one thing."""

    def forge(files: Files, _proven: Proven) -> Files:
        told = json.loads(relisted(files)["manifest.json"])
        change(told)
        return {**files, "manifest.json": json.dumps(told).encode()}

    return forge


def number_of(files: Files) -> str:
    return str(json.loads(files["state.json"])["order"]["number"])


# ── the whole pack ──────────────────────────────────────────────────────────────────────────────────────


def under_another_number(files: Files, _proven: Proven) -> Files:
    """The order of one vendor shown as another's."""
    ours = number_of(files).encode()
    told = {name: files[name].replace(ours, b"EO-2026-999999") for name in ("state.json", "manifest.json")}
    return {**files, **told}


def without_story(kind: str, folder: str = "") -> Forge:
    """A thing of that kind left out with all that is said of it."""

    def forge(files: Files, _proven: Proven) -> Files:
        stated = json.loads(files["state.json"])
        gone = max(each["id"] for each in stated["things"] if each["type"] == kind)
        for leaf, entry in entries(files).items():
            if entry["aggregate"] == {"type": kind, "id": gone}:
                files = without_leaf(files, leaf)
        stated["things"] = [each for each in stated["things"] if (each["type"], each["id"]) != (kind, gone)]
        kept = {name: data for name, data in files.items() if not name.startswith(f"papers/{gone}-")}
        return {**(kept if kind == "paper" else files), "state.json": json.dumps(stated).encode()}

    return forge


def taken_from(told: Proven, kind: str) -> dict[str, bytes]:
    """The genuine entries of a thing that the pack does not hold, with genuine proofs: anybody can make them."""
    size = int(told.files["checkpoint"].decode().split("\n")[1])
    leaves: list[bytes] = []
    for bundle in range(-(-size // 256)):
        leaves += VERIFY.read_entries(told.log, bundle, min(256, size - 256 * bundle))
    ours = {thing_of(entry) for entry in entries(told.files).values()}
    others = [index for index, entry in enumerate(leaves) if fits(json.loads(entry), kind, ours)]
    first = json.loads(leaves[others[0]])["aggregate"]
    found: dict[str, bytes] = {}
    for index in others:
        if json.loads(leaves[index])["aggregate"] == first:
            path = "".join(f"{b64encode(each).decode()}\n" for each in path_of(index, leaves))
            name, note = f"{index:012d}", told.files["checkpoint"].decode()
            found[f"entries/{name}.json"] = leaves[index]
            found[f"proofs/{name}.tlog-proof"] = (
                f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{note}".encode()
            )
    return found


def thing_of(entry: dict[str, Any]) -> tuple[str, str]:
    return entry["aggregate"]["type"], entry["aggregate"]["id"]


def fits(entry: dict[str, Any], kind: str, ours: set[tuple[str, str]]) -> bool:
    return thing_of(entry)[0] == kind and thing_of(entry) not in ours


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) < 2:
        return []
    half = VERIFY.largest_power_below(len(leaves))
    if index < half:
        return [*path_of(index, leaves[:half]), root_of(leaves[half:])]
    return [*path_of(index - half, leaves[half:]), root_of(leaves[:half])]


def root_of(leaves: list[bytes]) -> bytes:
    tree = VERIFY.Tree()
    for each in leaves:
        tree.add(VERIFY.leaf(each))
    return bytes(tree.root())


def with_what_is_anothers(kind: str) -> Forge:
    """A thing of another order, genuine in every byte, laid beside this one's."""

    def forge(files: Files, told: Proven) -> Files:
        taken = taken_from(told, kind)
        story = [json.loads(data) for name, data in taken.items() if name.startswith("entries/")]
        reached = [each["facts"]["state"] for each in story if "state" in each["facts"]]
        stated = json.loads(files["state.json"])
        lines = [VERIFY.Line(0, data) for name, data in taken.items() if name.startswith("entries/")]
        stated["things"].append(
            {
                **story[0]["aggregate"],
                "state": reached[-1] if reached else None,
                "events": len(story),
                "whole": kind != "budget_line",
                "figures": VERIFY.last_told(thing_of(story[0]), lines),
            }
        )
        return {**files, **taken, "state.json": json.dumps(stated).encode()}

    return forge


def partly_told(files: Files, _proven: Proven) -> Files:
    """An entry in the middle that moves nothing is left out, and the order said to be told in part."""
    moving = {leaf for leaf, entry in entries(files).items() if "state" in entry["facts"]}
    mine = [leaf for leaf, entry in entries(files).items() if entry["aggregate"]["type"] == "paper"]
    leaf = next(
        leaf for leaf in sorted(mine) if leaf not in moving or "before" in entries(files)[leaf]["facts"]
    )
    pk = entries(files)[leaf]["aggregate"]["id"]

    def change(things: list[dict[str, Any]]) -> None:
        one = next(each for each in things if (each["type"], each["id"]) == ("paper", pk))
        one.update(whole=False, events=one["events"] - 1)

    return state(change)(without_leaf(files, leaf))


def never_approved(files: Files, _proven: Proven) -> Files:
    """The order ends before anybody approved its payment; the books say what is owed all the same."""
    told = entries(files)
    start = told[leaf_of(files, "purchase.approve_payment")]["event"]
    for leaf, entry in told.items():
        if entry["aggregate"]["type"] == "purchase" and entry["event"] >= start:
            files = without_leaf(files, leaf)
    return state(lambda things: thing(things, "purchase").update(state="VERIFIED", events=start - 1))(files)


def invented(things: list[dict[str, Any]]) -> None:
    things.append(
        {
            "type": "payout",
            "id": "99",
            "state": "SETTLED",
            "events": 0,
            "whole": True,
            "figures": {"amount": 1},
        }
    )


# ── documents ───────────────────────────────────────────────────────────────────────────────────────────


def papers_swapped(files: Files, _proven: Proven) -> Files:
    one, other = sorted(name for name in files if name.startswith("papers/"))[:2]
    return swapped(files, one, other)


def paper_as_choice(files: Files, _proven: Proven) -> Files:
    """A genuine paper shown as what the buyer chose from."""
    data = next(files[name] for name in sorted(files) if name.startswith("papers/"))
    return {**files, f"choices/{sha256(data).hexdigest()}.json": data}


def without(files: Files, name: str) -> Files:
    return {each: data for each, data in files.items() if each != name}


def first_journal(**said: Any) -> Forge:
    return lambda files, _proven: books(lambda told: told["journals"][0].update(said))(files)


def first_tax(**said: Any) -> Forge:
    return lambda files, _proven: books(lambda told: told["taxes"][0].update(said))(files)


def plain(forge: Callable[[Files], Files]) -> Forge:
    return lambda files, _proven: forge(files)


FORGED: dict[str, tuple[Forge, str]] = {
    "the number of another order": (under_another_number, "bukan EO-2026-999999"),
    "another number in the list of contents": (
        manifest(lambda told: told["order"].update(number="EO-2026-999999")),
        "Daftar isi menyebut pesanan lain",
    ),
    "another size in the list of contents": (
        manifest(lambda told: told["log"].update(size=1)),
        "Daftar isi menyebut log atau jumlah catatan lain",
    ),
    "another act in the list of contents": (
        manifest(lambda told: told["entries"][0].update(act="purchase.close")),
        "Daftar isi menyebut catatan yang lain",
    ),
    "another order beside this one": (with_what_is_anothers("purchase"), "adalah pesanan lain"),
    "a paper of another order": (with_what_is_anothers("paper"), "bukan milik pesanan"),
    "the movements of another order": (with_what_is_anothers("budget_line"), "bukan milik pesanan"),
    "a story said to be partly told": (partly_told, "salah menyebut apakah seluruh peristiwanya"),
    "a payment nobody approved": (never_approved, "tidak pernah disetujui menurut log"),
    "a transfer nobody made": (plain(state(invented)), "basis data mengenalnya, log tidak"),
    "a figure kept back": (
        plain(state(lambda things: thing(things, "purchase")["figures"].pop("total"))),
        "basis data tidak menyebutnya",
    ),
    "a document at the top": (
        lambda files, _proven: {**files, "SURAT_PESANAN.pdf": b"%PDF-1.7"},
        "SURAT_PESANAN.pdf tidak dikenal",
    ),
    "a document of another ending": (
        lambda files, _proven: {**files, "papers/1-surat_pesanan-v1.PDF": b"%PDF-1.7"},
        "papers/1-surat_pesanan-v1.PDF tidak dikenal",
    ),
    "a document among the entries": (
        lambda files, _proven: {**files, "entries/surat.pdf": b"%PDF-1.7"},
        "entries/surat.pdf tidak dikenal",
    ),
    "two papers under each other's name": (papers_swapped, "dokumen ini bukan yang dicatat"),
    "a paper among the choices": (paper_as_choice, "dokumen ini bukan yang dicatat"),
    "an agreement": (plain(lambda files: flipped(files, "agreements/")), "dokumen ini bukan yang dicatat"),
    "an agreement invented": (
        lambda files, _proven: {**files, "agreements/099.json": b"{}"},
        "dokumen ini bukan yang dicatat",
    ),
    "an agreement left out": (
        lambda files, _proven: without(files, "agreements/001.json"),
        "agreements/001.json dicatat log, tetapi tidak ada",
    ),
    "an agreement under another's number": (
        plain(lambda files: swapped(files, "agreements/001.json", "agreements/002.json")),
        "dokumen ini bukan yang dicatat",
    ),
    "the books of another order": (
        plain(books(lambda told: told.update(order="EO-2026-999999"))),
        "Buku itu milik pesanan lain",
    ),
    "the kind of a journal": (first_journal(kind="REFUND"), "jenis atau pembalikannya"),
    "a journal said to reverse another": (first_journal(reverses="2"), "jenis atau pembalikannya"),
    "the day of a journal": (first_journal(posted_at="2020-01-01T00:00:00+00:00"), "waktunya berbeda"),
    "the base of a tax": (first_tax(base="1"), "Pajak dalam buku berbeda"),
    "the rate of a tax": (first_tax(rate="1/100"), "Pajak dalam buku berbeda"),
    "the law of a tax": (first_tax(legal_basis="PMK 1/1900"), "Pajak dalam buku berbeda"),
    "a deposit nobody made": (without_story("tax_line"), "disebut sudah disetor"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_genuine_but_not_so_is_found_out(proven: Proven, check: Check, name: str) -> None:
    forge, sentence = FORGED[name]
    forged = forge(dict(proven.files), proven)
    code, told = check(forged if name.endswith("list of contents") else relisted(forged))
    assert code == 1, told
    assert any(line.startswith("✗") and sentence in line for line in told.splitlines()), told


@pytest.mark.parametrize("kind", ["paper", "budget_line"])
def test_a_thing_left_out_whole_is_found_with_the_whole_log(proven: Proven, check: Check, kind: str) -> None:
    """Nobody can see in a pack alone that a paper was never mentioned; the log says whose it was."""
    cut = relisted(without_story(kind)(dict(proven.files), proven))
    code, told = check(cut)
    assert code == 0, told
    code, told = check(cut, "--log", proven.log)
    assert code == 1
    assert f"tentang {kind}/" in told


def test_another_verifier_in_the_pack_is_told(proven: Proven, check: Check) -> None:
    code, told = check(relisted({**proven.files, "verify.py": b"print('SAH.')"}))
    assert code == 0
    assert "· verify.py dalam paket berbeda dari pemeriksa ini" in told
    assert "verify.py" not in check(proven.files)[1]


def test_a_pack_older_than_a_kept_checkpoint_is_told(proven: Proven, check: Check, tmp_path: Any) -> None:
    head = TreeHead.parse(Note.parse(proven.kept.read_text()).text)
    kept = tmp_path / "later"
    kept.write_text(str(Note.signed(TreeHead(head.origin, 9_999, head.root).text(), proven.signer)))
    code, told = check(proven.files, "--old", kept)
    assert code == 0
    assert "paket ini lebih tua daripadanya" in told


# ── archives that other programs read otherwise ─────────────────────────────────────────────────────────


def extra_field(data: bytes) -> bytes:
    """Another name for the first file, in a field that some programs prefer."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for at, name in enumerate(old.namelist()):
            entry = zipfile.ZipInfo(name)
            entry.extra = struct.pack("<HH", 0x7075, 6) + b"\1abcde" if at == 0 else b""
            new.writestr(entry, old.read(name))
    return buffer.getvalue()


def commented(data: bytes) -> bytes:
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"lain"
    return buffer.getvalue()


def hidden(data: bytes) -> bytes:
    """A file before the list that the list does not name."""
    at = data.index(b"PK\x01\x02")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("papers/1-surat_pesanan-v1.pdf", b"%PDF-1.7")
    more = other.getvalue()
    more = more[: more.index(b"PK\x01\x02")]
    end = bytearray(data[at:])
    start = end.rindex(b"PK\x05\x06") + 16
    end[start : start + 4] = struct.pack("<I", at + len(more))
    return data[:at] + more + bytes(end)


def local_size(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[22] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    "change",
    [lambda data: b"MZ" + data, extra_field, commented, hidden, local_size, lambda data: data + b"\0"],
)
def test_an_archive_that_can_be_read_in_two_ways_is_refused(
    proven: Proven, check: Check, change: Callable[[bytes], bytes]
) -> None:
    assert check(zipped(proven.files))[0] == 0
    code, told = check(change(zipped(proven.files)))
    assert code == 1, told
    assert told.startswith("✗")
