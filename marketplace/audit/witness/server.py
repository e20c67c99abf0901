"""The witness on the web: two addresses, one to hand in a checkpoint and one to look at the last."""

from __future__ import annotations

import logging
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from marketplace.audit.witness.protocol import ADD_CHECKPOINT, MAX_BODY_BYTES, SIZE_TYPE, checkpoint_path
from marketplace.audit.witness.witness import Answer, Witness

logger = logging.getLogger(__name__)

_SECONDS_OF_PATIENCE: Final = 20


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness. Put a TLS proxy in front of it when it leaves the machine."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, witness: Witness, host: str = "127.0.0.1", port: int = 0) -> None:
        self.witness = witness
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.pages = {checkpoint_path(origin): origin for origin in witness.logs}
        super().__init__((host, port), _Request)


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "e-order-witness"
    sys_version = ""
    timeout = _SECONDS_OF_PATIENCE
    server: WitnessServer

    def do_POST(self) -> None:
        """Take a checkpoint."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > MAX_BODY_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self.path != ADD_CHECKPOINT:
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._answer(self._decided(self.rfile.read(int(length))))

    def do_GET(self) -> None:
        """Show the last checkpoint cosigned of a log."""
        origin = self.server.pages.get(self.path)
        note = self.server.witness.checkpoint(origin) if origin else None
        if note is None:
            self._answer(Answer(HTTPStatus.NOT_FOUND, "nothing is here\n"))
        else:
            self._answer(Answer(HTTPStatus.OK, note))

    def _decided(self, body: bytes) -> Answer:
        try:
            answer = self.server.witness.add_checkpoint(body)
        except Exception:
            # Nothing was cosigned, or at least nothing is handed out: the log asks again.
            logger.exception("witness.failed")
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, "the witness has failed\n")
        if answer.status != HTTPStatus.OK and answer.content_type != SIZE_TYPE:
            logger.warning("witness.refused: %d %s", answer.status, answer.body.strip())
        return answer

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer without having read the body; the connection cannot be used again."""
        self.close_connection = True
        self._answer(Answer(status, f"{status.phrase}\n"))

    def _answer(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Keep quiet about ordinary requests."""
