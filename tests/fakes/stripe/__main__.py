"""`python -m tests.fakes.stripe --port 12111 --webhook URL --secret whsec_…`: the fake by itself, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from tests.fakes.stripe import FakeStripe


def main() -> int:
    """Serve until interrupted; the first line printed is the address."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free port")
    parser.add_argument("--key", default="sk_test_fake", help="the secret API key it accepts")
    parser.add_argument("--webhook", help="address that receives the events")
    parser.add_argument("--secret", default="whsec_fake", help="secret that signs the events")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    asked = parser.parse_args()
    done = threading.Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: done.set())

    def wait_for_the_end_of_input() -> None:
        sys.stdin.buffer.read()
        done.set()

    with FakeStripe(secret_keys=[asked.key], port=asked.port) as stripe:
        if asked.webhook:
            stripe.add_webhook(asked.webhook, asked.secret)
        if asked.with_parent:
            threading.Thread(target=wait_for_the_end_of_input, daemon=True).start()
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
