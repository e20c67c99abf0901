"""A time-stamping authority (RFC 3161) made of openssl's `ts` program behind a small web server."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = this
[this]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[req]
distinguished_name = name
prompt = no
x509_extensions = use
[name]
CN = Otoritas Waktu Uji
[use]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
"""


class NotHere(RuntimeError):
    """The program is not installed."""


@contextmanager
def stamping(folder: Path) -> Iterator[str]:
    """Run the authority; gives its address."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise NotHere("openssl is not installed: nobody stamps the time")
    config = folder / "tsa.cnf"
    config.write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01")

    def run(*words: object) -> None:
        command = [openssl, *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=folder)

    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-config", config,
        "-keyout", "tsa.key", "-out", "tsa.pem")  # fmt: skip

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "asked").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            run("ts", "-reply", "-config", config, "-section", "this", "-queryfile", "asked", "-out", "said")
            said = (folder / "said").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_said: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
