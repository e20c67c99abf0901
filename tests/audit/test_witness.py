"""The witness alone, over HTTP, in a process of its own: what it cosigns, what it refuses, what it never forgets."""

from __future__ import annotations

import random
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from marketplace.audit.notes import (
    COSIGNATURE_ML_DSA_44,
    COSIGNATURE_V1,
    Note,
    Signer,
    VerifierKey,
    cosignature_time,
    read_signatures,
)
from marketplace.audit.witness import command
from marketplace.audit.witness.protocol import MAX_BODY_BYTES, SIZE_TYPE, checkpoint_path
from tests.audit.witnessing import NAME, ForeignLog, RunningWitness, witness


@pytest.fixture
def log() -> ForeignLog:
    return ForeignLog()


@pytest.fixture
def w(log: ForeignLog, tmp_path: Path) -> Iterator[RunningWitness]:
    with witness(tmp_path / "w", log.vkey) as running:
        yield running


def seen(w: RunningWitness, log: ForeignLog) -> int:
    """The size of the last checkpoint the witness shows."""
    status, body, _type = w.get(checkpoint_path(log.signer.name))
    return int(body.split("\n")[1]) if status == 200 else 0


def test_both_kinds_of_cosignature_are_genuine(w: RunningWitness, log: ForeignLog) -> None:
    keys = [VerifierKey.parse(each) for each in w.vkeys]
    assert [(key.name, key.algorithm) for key in keys] == [
        (NAME, COSIGNATURE_V1),
        (NAME, COSIGNATURE_ML_DSA_44),
    ]
    for old, new in ((0, 7), (7, 7), (7, 8), (8, 256), (256, 300)):
        status, body, _type = w.post(log.body(old, new))
        assert status == 200
        note = Note(Note.parse(log.checkpoint(new)).text, read_signatures(body))
        assert set(note.verified_by(keys)) == set(keys)
        assert all(cosignature_time(each) > 1_700_000_000 for each in note.signatures)
        shown = Note.parse(w.get(checkpoint_path(log.signer.name))[1])
        assert set(shown.verified_by([*keys, log.signer.verifier])) == {*keys, log.signer.verifier}
        assert shown.text == note.text


def test_the_empty_tree(w: RunningWitness, log: ForeignLog) -> None:
    assert w.post(log.body(0, 0))[0] == 200
    assert w.post(log.body(0, 5))[0] == 200
    assert w.post(log.body(0, 0))[:2] == (409, "5\n")


def test_another_old_size_is_told_the_right_one(w: RunningWitness, log: ForeignLog) -> None:
    assert w.post(log.body(3, 5)) == (409, "0\n", SIZE_TYPE)
    assert w.post(log.body(0, 5))[0] == 200
    assert w.post(log.body(0, 9)) == (409, "5\n", SIZE_TYPE)
    assert w.post(log.body(3, 5)) == (409, "5\n", SIZE_TYPE)
    assert seen(w, log) == 5


def broken(log: ForeignLog) -> dict[str, tuple[int, bytes]]:
    """What a witness that has seen five leaves must refuse, and how."""
    text = log.submission(5, 9).text()
    proof, other = text.split("\n")[1], log.submission(5, 10).text().split("\n")[1:4]
    stranger = ForeignLog(log.signer.name)
    empty = Note.signed(f"{log.signer.name}\n0\n{log.checkpoint(9).split(chr(10))[2]}\n", log.signer)
    return {
        "a log it does not know": (404, ForeignLog("unknown.example/log").body(0, 1)),
        "a signature of nobody it trusts": (403, stranger.body(0, 5)),
        "a false signature of a trusted key": (403, text.replace("\n9\n", "\n8\n").encode()),
        "an old size beyond the checkpoint": (400, log.body(0, 4).replace(b"old 0", b"old 5")),
        "no old size": (400, text.partition("\n")[2].encode()),
        "a size with a zero in front": (400, text.replace("old 5", "old 05").encode()),
        "a negative size": (400, text.replace("old 5", "old -5").encode()),
        "a proof that is not base64": (400, text.replace(proof, "?" * 44).encode()),
        "a proof line of 31 bytes": (400, text.replace(proof, "A" * 40 + "AA==").encode()),
        "64 lines of proof": (400, text.replace(proof, "\n".join([proof] * 64)).encode()),
        "no checkpoint": (400, text.partition("\n\n")[0].encode()),
        "not UTF-8": (400, b"old 5\n\n\xff\xfe"),
        "nothing": (400, b""),
        "the proof to another size": (422, text.replace(proof, other[0] + "\n" + other[1]).encode()),
        "a proof too short": (422, text.replace(f"{proof}\n", "", 1).encode()),
        "a proof too long": (422, text.replace(proof, f"{proof}\n{proof}").encode()),
        "a history rewritten before what it saw": (422, log.rewritten(2).body(5, 9)),
        "another root of the same size": (409, log.rewritten(4).body(5, 5)),
        "a proof between equal sizes": (
            422,
            log.body(5, 5).replace(b"old 5\n", f"old 5\n{proof}\n".encode()),
        ),
        "an empty tree with a root": (400, f"old 5\n\n{empty}".encode()),
    }


@pytest.mark.parametrize("name", broken(ForeignLog()))
def test_what_does_not_hold_is_refused_and_changes_nothing(
    w: RunningWitness, log: ForeignLog, name: str
) -> None:
    assert w.post(log.body(0, 5))[0] == 200
    status, body = broken(log)[name]
    answered, told, _type = w.post(body)
    assert answered == status, told
    assert "—" not in told
    assert seen(w, log) == 5
    assert w.post(log.body(5, 9))[0] == 200, "and the honest log goes on"


def test_first_words_of_a_log_need_no_proof_and_bear_none(w: RunningWitness, log: ForeignLog) -> None:
    line = log.submission(5, 9).text().split("\n")[1]
    assert w.post(log.body(0, 9).replace(b"old 0\n", f"old 0\n{line}\n".encode()))[0] == 422
    rootless = Note.signed(f"{log.signer.name}\n0\n{'A' * 43}=\n", log.signer)
    assert w.post(f"old 0\n\n{rootless}".encode())[0] == 422
    assert seen(w, log) == 0


def test_what_the_log_signed_and_cannot_prove_is_kept_as_evidence(
    w: RunningWitness, log: ForeignLog, capsys: pytest.CaptureFixture[str]
) -> None:
    w.post(log.body(0, 5))
    forged = log.rewritten(2).body(5, 9)
    w.post(forged)
    with closing(sqlite3.connect(w.state / command.STORE_FILE)) as store:
        kept = store.execute("SELECT status, request FROM refusal").fetchall()
    assert kept == [(422, forged.decode())]
    assert command.main(["status", "--state", str(w.state), "--log-vkey", log.vkey]) == 0
    told = capsys.readouterr().out
    assert "5 daun" in told
    assert "ditolak" in told
    assert command.main(["status", "--state", str(w.state)]) == 0
    assert capsys.readouterr().out == told, "it knows its logs without being told"


def test_a_witness_that_has_seen_no_log_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["status", "--state", str(tmp_path / "w"), "--name", NAME]
    assert command.main(asked) == 1
    told = capsys.readouterr()
    assert "belum menyaksikan log mana pun" in told.err and not told.out


def test_a_log_may_change_its_key(log: ForeignLog, tmp_path: Path) -> None:
    later = ForeignLog(log.signer.name)
    later.signer = Signer(log.signer.name, Ed25519PrivateKey.generate())
    with witness(tmp_path / "w", log.vkey, later.vkey) as w:
        assert w.post(log.body(0, 5))[0] == 200
        assert w.post(later.body(5, 9))[0] == 200
        both = Note.signed(Note.parse(log.checkpoint(12)).text, log.signer, later.signer)
        assert w.post(log.body(9, 12).replace(log.checkpoint(12).encode(), str(both).encode()))[0] == 200


def test_web_manners(w: RunningWitness, log: ForeignLog) -> None:
    assert w.get("/")[0] == 404
    assert w.get(checkpoint_path(log.signer.name))[0] == 404
    assert w.post(log.body(0, 5), "/elsewhere")[0] == 404
    assert w.post(b"x" * (MAX_BODY_BYTES + 1))[0] == 413
    assert w.post(log.body(0, 5))[0] == 200


def test_a_restart_forgets_nothing(w: RunningWitness, log: ForeignLog) -> None:
    w.post(log.body(0, 200))
    keys = w.vkeys
    assert w.stop() == 0
    w.start()
    assert w.vkeys == keys
    assert seen(w, log) == 200
    assert w.post(log.body(0, 100)) == (409, "200\n", SIZE_TYPE)
    assert w.post(log.rewritten(2).body(200, 300))[0] == 422
    assert w.post(log.body(200, 300))[0] == 200


def test_only_its_owner_reads_its_keys_and_a_lost_key_stops_it(w: RunningWitness, log: ForeignLog) -> None:
    w.post(log.body(0, 5))
    w.stop()
    for name in command.KEY_FILES:
        assert stat.S_IMODE((w.state / name).stat().st_mode) == 0o600
    serve = ["key", "--state", str(w.state)]
    assert command.main([*serve, "--name", "another.example/w"]) == 1
    path = w.state / "witness-ed25519.pem"
    path.chmod(0o644)
    assert command.main(serve) == 1
    path.unlink()
    assert command.main(serve) == 1


def test_the_store_itself_never_goes_back(w: RunningWitness, log: ForeignLog) -> None:
    w.post(log.body(0, 5))
    with closing(sqlite3.connect(w.state / command.STORE_FILE)) as store:
        for statement in ("UPDATE log SET size = 4", "UPDATE log SET root = x'00'", "DELETE FROM log"):
            with pytest.raises(sqlite3.IntegrityError):
                store.execute(statement)


@pytest.mark.race
def test_many_at_once_leave_one_line_of_history(w: RunningWitness, log: ForeignLog) -> None:
    """Eight submitters, honest and forging: whatever was cosigned lies on one line that only grows."""
    forged = log.rewritten(3)
    cosigned: list[tuple[ForeignLog, int]] = []

    def submit(number: int) -> None:
        dice = random.Random(number)
        for _ in range(25):
            who = forged if dice.random() < 0.4 else log
            last = seen(w, log)
            new = min(300, last + dice.randrange(0, 6))
            status, _body, _type = w.post(who.body(last, new))
            assert status in (200, 409, 422)
            if status == 200:
                cosigned.append((who, new))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(submit, range(8)))
    assert len(cosigned) > 5
    # past the leaf at which they part, only the one that came first was ever cosigned
    assert len({who is forged for who, size in cosigned if size > 3}) == 1
    assert seen(w, log) == max(size for _who, size in cosigned)


@pytest.mark.race
def test_killed_in_the_middle_it_never_forgets_what_it_said(w: RunningWitness, log: ForeignLog) -> None:
    told = 0
    for round_ in range(5):
        with ThreadPoolExecutor(1) as pool:

            def push(start: int = told) -> int:
                last = start
                try:
                    for new in range(start + 1, start + 50):
                        status, _body, _type = w.post(log.body(last, new))
                        last = new if status == 200 else last
                except OSError:
                    pass
                return last

            pushing = pool.submit(push)
            while seen(w, log) < told + 1 + round_:
                pass
            w.kill()
            told = pushing.result()
        w.start()
        now = seen(w, log)
        assert now >= told, "what was handed out is remembered"
        told = now
        assert w.post(log.rewritten(0).body(now, now + 1))[0] == 422


def test_the_same_program_is_a_verb_of_the_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["audit", "witness", "key", "--state", str(tmp_path / "w")]
    with pytest.raises(CommandError, match="Saksi tidak berjalan"):
        call_command(*arguments)
    assert "belum bernama" in capsys.readouterr().err
    call_command(*arguments, "--name", NAME)
    vkeys = capsys.readouterr().out.split()
    assert [VerifierKey.parse(each).algorithm for each in vkeys] == [COSIGNATURE_V1, COSIGNATURE_ML_DSA_44]
