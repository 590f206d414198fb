"""An endpoint on this machine that answers like an OpenAI-compatible one, or badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Answers:
    """What it was asked, and how it answers: a text, or bytes as they are."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.says: str | bytes = "[1] fits best."
        self.status, self.location = 200, ""
        self.waits, self.drips = 0.0, 0.0  # seconds before the answer; between its bytes
        self.url = ""


@contextmanager
def endpoint() -> Iterator[Answers]:
    """Serve on a free port while the block runs."""
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answers.paths.append(self.path)
            answers.keys.append(self.headers.get("Authorization"))
            answers.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(answers.waits)
            says, shape = answers.says, {"choices": [{"message": {"content": answers.says}}]}
            body = says if isinstance(says, bytes) else json.dumps(shape).encode()
            self.send_response(answers.status)
            if answers.location:
                self.send_header("Location", answers.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                for at in range(len(body)) if answers.drips else (slice(None),):
                    self.wfile.write(body[at : at + 1] if isinstance(at, int) else body)
                    time.sleep(answers.drips)
            except OSError:  # who asked has gone
                return

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    answers.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
