"""A scripted FHIR server: keeps resources in memory, and misbehaves as told."""

from __future__ import annotations

import json
import re
import socket
import ssl
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class Fake:
    """Start it with `with Fake() as server:`; `script` holds one behaviour per request to come.

    Behaviours: None (as a server should), an int (that status), "html", "reset-before" and
    "reset-after" the commit, "cut-headers", "cut-body", "empty", "slow", "fewer" (an answer with one entry less),
    ("entry", n, status), ("redirect", status, url), ("retry", status, value),
    "dies": forgets what it committed last, and the connection is cut.
    """

    def __init__(
        self,
        *,
        version: str = "4.0.1",
        transactions: bool = True,
        limit: int | None = None,
        tls: ssl.SSLContext | None = None,
        fails_at: str = "",
    ) -> None:
        """Set what /metadata says, and how many entries a transaction may have."""
        self.version, self.transactions, self.limit, self.tls = version, transactions, limit, tls
        self.store: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.script: list[Any] = []
        self.last: set[str] = set()  # what the last commit added
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.fails_at = fails_at.encode()  # words of a body at which it answers 500
        self.words = "JANE DOE"  # what refusals quote
        self._lock = threading.Lock()

    def __enter__(self) -> Fake:
        """Listen on a free port of the loopback."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                fake.answer(self)

            def do_POST(self) -> None:
                fake.answer(self)

            def do_PUT(self) -> None:
                fake.answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._server.daemon_threads = True
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self._server.server_port}/fhir"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request by the script."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self._lock:
            self.seen.append((handler.command, handler.path, dict(handler.headers), body))
            meta = handler.path.endswith("/metadata")
            todo = self.script.pop(0) if self.script and not meta else None
            if meta:
                return self._send(handler, 200, self._statement())
            if todo == "reset-before":
                return self._reset(handler)
            if isinstance(todo, int):
                return self._send(
                    handler,
                    todo,
                    {
                        "resourceType": "OperationOutcome",
                        "issue": [{"severity": "error", "code": "transient", "diagnostics": self.words}],
                    },
                )
            if todo == "echo":  # refuses with the patient's words in every member
                return self._send(
                    handler,
                    422,
                    {
                        "resourceType": "OperationOutcome",
                        "text": {"div": self.words},
                        "issue": [
                            {
                                "severity": "error",
                                "code": self.words,
                                "details": {"text": self.words},
                                "expression": [self.words, f"Patient.{self.words}", "kn4ry-name-0"],
                            }
                        ],
                    },
                    {"X-Echo": "kn4ry"},
                )
            if todo == "dies":
                for name in self.last:
                    del self.store[name]
                return self._reset(handler)
            if isinstance(todo, tuple) and todo[0] == "redirect":
                handler.send_response(todo[1])
                handler.send_header("Location", todo[2])
                handler.send_header("Content-Length", "0")
                handler.end_headers()
                return None
            if isinstance(todo, tuple) and todo[0] == "retry":
                return self._send(handler, todo[1], None, {"Retry-After": todo[2]})
            if todo == "html":
                return self._raw(
                    handler,
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>",
                )
            if (self.fails_at and b'"id":"' + self.fails_at in body) or (self.fails_at == b"resourceType" and body):
                return self._send(
                    handler,
                    500,
                    {
                        "resourceType": "OperationOutcome",
                        "issue": [
                            {"severity": "error", "code": "processing", "diagnostics": "HAPI-0504: " + self.words}
                        ],
                    },
                )
            before = set(self.store)
            status, result = self._do(handler.command, handler.path, body)
            self.last = set(self.store) - before or self.last
            if todo == "reset-after":
                return self._reset(handler)
            if todo == "cut-headers":
                return self._raw(handler, b"HTTP/1.1 200 OK\r\nContent-Ty")
            if todo == "cut-body":
                return self._raw(
                    handler,
                    b'HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 9999\r\n\r\n{"resource',
                )
            if todo == "empty":
                return self._raw(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            if todo == "fewer":
                result = {**result, "entry": result["entry"][1:]}
            if isinstance(todo, tuple) and todo[0] == "entry":
                result["entry"][todo[1]] = {
                    "response": {
                        "status": str(todo[2]),
                        "outcome": {
                            "resourceType": "OperationOutcome",
                            "issue": [
                                {
                                    "severity": "error",
                                    "code": "invalid",
                                    "expression": ["Observation.status"],
                                    "diagnostics": self.words,
                                }
                            ],
                        },
                    }
                }
            return self._send(handler, status, result)

    def _statement(self) -> dict[str, Any]:
        codes = [{"code": "transaction"}] if self.transactions else [{"code": "batch"}]
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": self.version,
            "rest": [{"mode": "server", "interaction": codes}],
        }

    def _do(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        rest = path.removeprefix("/fhir").strip("/")
        if method == "GET":
            if "?" in rest:
                kind, _, query = rest.partition("?")
                value = query.rpartition("urn:uuid:")[2]
                hits = [
                    r
                    for k, r in self.store.items()
                    if k.startswith(kind + "/") and value in json.dumps(r.get("identifier", ""))
                ]
                return 200, {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": r} for r in hits]}
            found = self.store.get(rest)
            return (
                (200, found)
                if found
                else (404, {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]})
            )
        data = json.loads(body)
        if method == "PUT":
            status = self._put(rest, data)
            return status, {**data}
        entries = data["entry"]
        if self.limit and len(entries) > self.limit:
            return 413, {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "too-long"}]}
        inside = {e["fullUrl"] for e in entries} | {e["request"]["url"] for e in entries}
        for ref in re.findall(r'"reference": ?"([^"#]+)"', body.decode()):
            if ref not in inside and ref not in self.store and not ref.startswith("http"):
                return 400, {
                    "resourceType": "OperationOutcome",
                    "issue": [{"severity": "error", "code": "processing", "diagnostics": "HAPI-1094: " + ref}],
                }
        return 200, {
            "resourceType": "Bundle",
            "type": "transaction-response",
            "entry": [self._entry(e) for e in entries],
        }

    def _entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        request, resource = entry["request"], entry["resource"]
        if request["method"] == "PUT":
            status = self._put(request["url"], resource)
            return {"response": {"status": f"{status} x", "location": request["url"] + "/_history/1"}}
        value = request["ifNoneExist"].rpartition("urn:uuid:")[2]
        kind = request["url"]
        for name, known in self.store.items():
            if name.startswith(kind + "/") and value in json.dumps(known.get("identifier", "")):
                return {"response": {"status": "200 OK", "location": name + "/_history/1"}}
        name = f"{kind}/s{len(self.store) + 1}"
        self._put(name, {**resource, "id": name.partition("/")[2]})
        return {"response": {"status": "201 Created", "location": name + "/_history/1"}}

    def _put(self, name: str, resource: dict[str, Any]) -> int:
        fresh = name not in self.store
        if fresh or self.store[name] != resource:
            self.versions[name] = self.versions.get(name, 0) + 1
        self.store[name] = resource
        return 201 if fresh else 200

    def _send(
        self, handler: BaseHTTPRequestHandler, status: int, body: Any, headers: dict[str, str] | None = None
    ) -> None:
        content = json.dumps(body).encode() if body is not None else b""
        handler.send_response(status)
        handler.send_header("Content-Type", "application/fhir+json")
        handler.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    def _raw(self, handler: BaseHTTPRequestHandler, content: bytes) -> None:
        handler.wfile.write(content)
        handler.wfile.flush()
        handler.close_connection = True

    def _reset(self, handler: BaseHTTPRequestHandler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()
