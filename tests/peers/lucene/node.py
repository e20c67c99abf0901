"""A real Lucene engine for the tests: one node on loopback that can be killed and started again in its place.

python -m tests.peers.lucene.node           fetch and compile what it needs, into var/peers
python -m tests.peers.lucene.node serve     start one and keep it until Enter is pressed
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

HERE = Path(__file__).parent
MADE = HERE.parents[2] / "var" / "peers" / "lucene"
START_SECONDS = 90
# Small, and quick to start: nobody waits for the best machine code.
JAVA_OPTIONS = ["-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]


class NotHere(Exception):
    """The node cannot be made here; says what is missing."""


def build() -> Path:
    """The folder with the node's classes and jars; made when it is not there or from something else."""
    for name in ("java", "javac", "mvn"):
        if shutil.which(name) is None:
            raise NotHere(f"{name} is not installed (Debian: apt-get install default-jdk-headless maven)")
    MADE.mkdir(parents=True, exist_ok=True)
    with (MADE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        marker, wanted = MADE / "made-from", _fingerprint()
        if not marker.exists() or marker.read_text() != wanted:
            shutil.rmtree(MADE / "jars", ignore_errors=True)
            _run("mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
                 f"-DoutputDirectory={MADE / 'jars'}", "-DincludeScope=runtime")  # fmt: skip
            _run(
                "javac",
                "-cp",
                f"{MADE / 'jars'}/*",
                "-d",
                str(MADE / "classes"),
                str(HERE / "LuceneNode.java"),
            )
            marker.write_text(wanted)
    return MADE


def _fingerprint() -> str:
    return hashlib.sha256(
        (HERE / "pom.xml").read_bytes() + (HERE / "LuceneNode.java").read_bytes()
    ).hexdigest()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=540)
    if done.returncode:
        raise NotHere(f"{command[0]} failed: {(done.stdout + done.stderr).strip()[-600:]}")


class LuceneNode:
    """One node: `url`, `start`, `kill` (as a power cut would), `pause` and `go_on`, `close`.

    Its port and its data stay the same over a kill and a start.
    """

    def __init__(self) -> None:
        self._made = build()
        self._folder = Path(tempfile.mkdtemp(prefix="lucene-"))
        self._running: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> LuceneNode:
        """Start it and wait until it answers."""
        log = (self._folder / "log").open("ab")
        classes = f"{self._made / 'classes'}{os.pathsep}{self._made / 'jars'}/*"
        command = [
            "java",
            *JAVA_OPTIONS,
            "-cp",
            classes,
            "LuceneNode",
            str(self._folder / "node"),
            str(self.port),
        ]
        self._running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        log.close()
        self._wait()
        return self

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._running is not None and self._running.poll() is None:
            try:
                with urlopen(
                    f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=5s", timeout=10
                ) as health:
                    if not json.load(health)["timed_out"]:
                        return
            except (OSError, HTTPException):
                time.sleep(0.1)
        said = (self._folder / "log").read_text(errors="replace")[-1_500:]
        self.kill()
        raise NotHere(f"the node did not start: {said}")

    def kill(self) -> None:
        """End it at once, without a word."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            if self._running.stdin:
                self._running.stdin.close()
            self._running = None

    def pause(self) -> None:
        """Let it hang: it takes connections and answers nothing."""
        assert self._running is not None
        self._running.send_signal(19)  # SIGSTOP

    def go_on(self) -> None:
        """End a pause."""
        assert self._running is not None
        self._running.send_signal(18)  # SIGCONT

    def close(self) -> None:
        """End it and drop its data."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> LuceneNode:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def free_port() -> int:
    """A port of loopback on which nobody listens now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{build()}\n")
        if sys.argv[1:] == ["serve"]:
            with LuceneNode() as node:
                sys.stdout.write(f"{node.url}\n")
                sys.stdout.flush()
                sys.stdin.readline()
    except NotHere as missing:
        sys.exit(str(missing))
