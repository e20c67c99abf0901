"""A real witness in a process of its own, as another institution would run it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.merkle import CompactRange, consistency_proof, hash_leaf, perfect_root
from marketplace.audit.notes import Note, Signer
from marketplace.audit.witness.protocol import ADD_CHECKPOINT, Submission

PROJECT = Path(__file__).resolve().parents[2]
NAME = "saksi.example/w1"


@dataclass
class RunningWitness:
    """A witness's process. `vkeys` are what it printed: Ed25519 first, ML-DSA-44 second."""

    state: Path
    logs: list[str]
    port: int = 0
    vkeys: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> RunningWitness:
        command = [sys.executable, "-m", "marketplace.audit.witness", "serve", "--state", str(self.state)]
        command += ["--name", NAME, "--port", str(self.port)]
        for vkey in self.logs:
            command += ["--log-vkey", vkey]
        self.process = subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout
        told = [self.process.stdout.readline() for _ in range(3)]
        self.vkeys = [line.strip() for line in told[:2]]
        found = re.search(r":(\d+)$", told[2].strip())
        assert found, told
        self.port = int(found[1])
        return self

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    def setting(self) -> tuple[str, ...]:
        """What AUDIT_WITNESSES says of it."""
        return (self.address, *self.vkeys)

    def post(self, body: bytes, path: str = ADD_CHECKPOINT) -> tuple[int, str, str]:
        return ask(urllib.request.Request(self.address + path, data=body, method="POST"))

    def get(self, path: str) -> tuple[int, str, str]:
        return ask(urllib.request.Request(self.address + path))


def ask(request: urllib.request.Request) -> tuple[int, str, str]:
    """Status, body and type of an answer, whatever it is."""
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode(), response.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers["Content-Type"]


@contextmanager
def witness(state: Path, *logs: str) -> Iterator[RunningWitness]:
    """Run a witness that knows these logs; it is stopped at the end, if it still runs."""
    running = RunningWitness(state, list(logs)).start()
    try:
        yield running
    finally:
        running.stop()


class ForeignLog:
    """A log of somebody's: leaves in memory, checkpoints of any size, and a history that can be rewritten."""

    def __init__(self, origin: str = "elsewhere.example/log", leaves: int = 300) -> None:
        self.signer = Signer(origin, Ed25519PrivateKey.generate())
        self.leaves = [hash_leaf(b"%d" % number) for number in range(leaves)]

    @property
    def vkey(self) -> str:
        return str(self.signer.verifier)

    def checkpoint(self, size: int) -> str:
        root = CompactRange().extended(self.leaves[:size]).root()
        return str(Note.signed(TreeHead(self.signer.name, size, root).text(), self.signer))

    def submission(self, old: int, new: int) -> Submission:
        proof = consistency_proof(old, new, self._node) if 0 < old < new else []
        return Submission(old, tuple(proof), self.checkpoint(new))

    def body(self, old: int, new: int) -> bytes:
        return self.submission(old, new).text().encode()

    def rewritten(self, leaf: int) -> ForeignLog:
        """The same log, with the same key, telling another history from that leaf on."""
        other = ForeignLog(self.signer.name, 0)
        other.signer = self.signer
        other.leaves = [*self.leaves[:leaf], hash_leaf(b"forged"), *self.leaves[leaf + 1 :]]
        return other

    def _node(self, level: int, index: int) -> bytes:
        return perfect_root(self.leaves[index << level : (index + 1) << level])
