"""A TCP proxy that loses answers: the server did the work, the client never hears of it."""

from __future__ import annotations

import re
import socket
import struct
import threading
from types import TracebackType

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Proxy:
    """Passes requests on to a server; drops the answer of the writes that `drop` names (0, 1, ...)."""

    def __init__(self, server: str, *, drop: set[int] | None = None, cut: int = 0) -> None:
        """Forward to *server* (`host:port`); a dropped answer is cut after *cut* bytes."""
        host, _, port = server.partition(":")
        self._target = (host, int(port))
        self._drop, self._cut = drop or set(), cut
        self.writes = 0
        self.dropped = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Proxy:
        """Listen on a free port of the loopback."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server:
            while request := _message(client):
                drop = False
                if not request.startswith(b"GET"):
                    with self._lock:
                        drop = self.writes in self._drop
                        self.writes += 1
                server.sendall(request)
                answer = _message(server)
                if drop:
                    self.dropped += 1
                    client.sendall(answer[: self._cut])
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                client.sendall(answer)


def _message(source: socket.socket) -> bytes:
    """Read one HTTP message: by its length, by its chunks, or to the end of its headers."""
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            more = source.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length:
            while len(body) < int(length[1]):
                body += source.recv(65536)
        elif b"chunked" in head.lower():
            while not body.endswith(b"0\r\n\r\n"):
                body += source.recv(65536)
    except OSError:
        return b""
    return head + b"\r\n\r\n" + body
