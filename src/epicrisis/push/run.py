"""The push: read, plan, ask the server what it is, send, check every answer.

Every write can be repeated: resources go under ids (or identifiers) of our own, so a retry after
a lost answer, a kill or a rerun changes nothing that is already there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from epicrisis.bundle.serialize import dumps
from epicrisis.errors import PushError, UsageError
from epicrisis.push.client import Answer, Client, Options, Unknown, refusal
from epicrisis.push.journal import Journal
from epicrisis.push.load import Resource, load
from epicrisis.push.plan import Part, halves, key, plan, without
from epicrisis.push.report import Failure, PushReport, issues_of

MODES = ("put", "conditional", "each")
SYSTEM = "urn:ietf:rfc:3986"
# R4 resources whose identifier is not a list, and those that have none
_ONE_IDENTIFIER = frozenset({"AdverseEvent", "Composition"})
_NO_IDENTIFIER = frozenset({"Provenance", "Bundle", "OperationOutcome", "Binary"})
_LOCATION = re.compile(r"([A-Z]\w+)/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]*)?\Z")
Progress = Callable[[int, int], None]


def push(
    source: Any,
    server: str,
    *,
    mode: str = "put",
    max_entries: int = 100,
    max_bytes: int = 4_000_000,
    options: Options | None = None,
    token: Callable[[], str | None] | None = None,
    resume: str | None = None,
    verify: bool = False,
    progress: Progress | None = None,
) -> PushReport:
    """Put everything of *source* on a FHIR server, once.

    Args:
        source: a bundle (dict), resources, or the path of a file or folder.
        server: base URL; https unless the host is loopback or `options.allow_http`.
        mode: `put` (transactions under our ids), `conditional` (transactions with ifNoneExist
            on our identifiers), `each` (one request per resource, for servers without transactions).
        max_entries, max_bytes: limits of one transaction; a server's own lower limits are found.
        resume: a journal file; what it names as done is not sent again.
        verify: read back what was sent and compare.
        progress: called with (done, total).

    Raises:
        UsageError: an address or option that cannot be.
        InvalidResource: *source* is not FHIR JSON.
        PushError: the server is not fit, or cannot be reached (before that nothing is lost:
            run again, with `resume`).
    """
    if mode not in MODES:
        raise UsageError(f"--mode {mode}: not one of {', '.join(MODES)}")
    if max_entries < 1 or max_bytes < 1:
        raise UsageError("--max-entries and --max-bytes are at least 1")
    started = time.monotonic()
    resources = load(source)
    client = Client(server, options, token)
    report = PushReport(_shown(client.base), mode, entries=len(resources))
    journal = Journal(resume, client.base, mode)
    try:
        waiting = [r for r in resources if not journal.done(r)]
        report.skipped = len(resources) - len(waiting)
        if waiting:
            _fits(client, waiting, mode)
        run = _Run(client, report, journal, mode, {key(r): r for r in resources}, progress)
        parts = plan(waiting, max_entries=1 if mode == "each" else max_entries, max_bytes=max_bytes)
        run.known |= {key(r) for r in resources} - {key(r) for r in waiting}
        run.total = len(waiting)
        for part in parts:
            run.send(part)
        if verify:
            run.verify(resources)
    finally:
        journal.close()
        report.requests, report.retries = client.sent, client.retried
        report.seconds = time.monotonic() - started
    return report


def dry_run(source: Any, server: str, *, mode: str = "put", max_entries: int = 100, max_bytes: int = 4_000_000,
            options: Options | None = None) -> list[str]:
    """Return what a push would send: method, URL, ids and sizes; nothing is sent, no content shown."""
    if mode not in MODES:
        raise UsageError(f"--mode {mode}: not one of {', '.join(MODES)}")
    base = Client(server, options).base
    lines = []
    for part in plan(load(source), max_entries=1 if mode == "each" else max_entries, max_bytes=max_bytes):
        note = " (first pass, without references to what is not there yet)" if part.held else ""
        if mode != "each":
            lines.append(f"POST {_shown(base)} transaction, {len(part.resources)} entries, about {part.size} bytes{note}")
        for resource in part.resources:
            verb = "POST" if mode == "conditional" and resource["resourceType"] not in _NO_IDENTIFIER else "PUT"
            lines.append(f"{'' if mode == 'each' else '  '}{verb} {key(resource)} {len(dumps(resource).encode())} bytes{note if mode == 'each' else ''}")
    return lines


def _fits(client: Client, resources: list[Resource], mode: str) -> None:
    """Ask the server what it is, before any patient data leaves."""
    answer = client.request("GET", "metadata")
    body = answer.body
    if not answer.ok or not isinstance(body, dict) or body.get("resourceType") != "CapabilityStatement":
        raise PushError(f"GET metadata: {refusal(answer)}; this is not the base URL of a FHIR server. Nothing was sent")
    version = str(body.get("fhirVersion", ""))
    wanted = "5." if _is_r5(resources) else "4.0"
    if not version.startswith(wanted):
        raise PushError(f"the server speaks FHIR {version or 'of an unknown version'}, the resources are {'R5' if wanted == '5.' else 'R4'}; "
                        "convert with --fhir for this server. Nothing was sent")
    codes = {i.get("code") for rest in body.get("rest", ()) if isinstance(rest, dict) for i in rest.get("interaction", ()) if isinstance(i, dict)}
    if mode != "each" and "transaction" not in codes:
        raise PushError("the server does not offer transactions; use --mode each. Nothing was sent")


def _is_r5(resources: list[Resource]) -> bool:
    for r in resources:
        kind = r["resourceType"]
        if (kind == "MedicationStatement" and "medication" in r) or (kind == "AdverseEvent" and "code" in r) or (kind == "Procedure" and any(k.startswith("occurrence") for k in r)):
            return True
        if kind in ("Condition", "Procedure", "ServiceRequest") and isinstance(r.get("reason"), list):
            return True
    return False


class _Run:
    """One push under way."""

    def __init__(self, client: Client, report: PushReport, journal: Journal, mode: str, all_: dict[str, Resource], progress: Progress | None) -> None:
        self.client, self.report, self.journal, self.mode = client, report, journal, mode
        self.all = all_
        self.known: set[str] = set()  # on the server
        self.total = 0
        self._done = 0
        self._progress = progress
        self._refused: set[str] = set()

    def send(self, part: Part) -> None:
        """Send one part, smaller where the server asks for it."""
        if self.mode == "each":
            for resource in part.resources:
                self._one(resource, part.held)
            return
        entries = [self._entry(r, part) for r in part.resources]
        body = dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
        try:
            answer = self.client.request("POST", "", body)
        except Unknown:
            if self._all_there(part):
                self._finish(part, {}, None)
                return
            raise
        if answer.ok:
            self._check(part, answer)
        elif self._too_large(answer) and (smaller := halves(part)):
            for one in smaller:
                one.held |= part.held
                self.send(one)
        else:
            issues = issues_of(answer.body)
            self._refuse(part.resources, str(answer.status), issues)

    def verify(self, resources: list[Resource]) -> None:
        """Read back every resource and compare what was sent with what is there."""
        for resource in resources:
            name = key(resource)
            if name in self._refused:
                continue
            there = self._read(name)
            if there is None:
                self.report.failed.append(Failure(name, "missing", []))
            elif self.mode != "conditional" and not _holds(there, resource):
                self.report.failed.append(Failure(name, "differs", []))
            else:
                self.report.verified += 1

    def _one(self, resource: Resource, held: bool) -> None:
        name = key(resource)
        content = without(resource, self.known | {name}) if held else resource
        try:
            answer = self.client.request("PUT", name, dumps(content))
        except Unknown:
            if self._there(resource):
                self._finish(Part([resource], held=held), {}, None)
                return
            raise
        if answer.ok:
            self._count(answer.status)
            self._finish(Part([resource], held=held), {}, None)
        else:
            self._refuse([resource], str(answer.status), issues_of(answer.body))

    def _entry(self, resource: Resource, part: Part) -> dict[str, Any]:
        name = key(resource)
        if part.held:
            resource = without(resource, self.known | {key(r) for r in part.resources})
        if self.mode == "conditional" and resource["resourceType"] not in _NO_IDENTIFIER:
            return self._conditional(resource, part)
        return {"fullUrl": f"{self.client.base}/{name}", "resource": self._placed(resource, part), "request": {"method": "PUT", "url": name}}

    def _conditional(self, resource: Resource, part: Part) -> dict[str, Any]:
        value = f"urn:uuid:{resource['id']}"
        own = {"system": SYSTEM, "value": value}
        content = {k: v for k, v in self._placed(resource, part).items() if k != "id"}
        known = content.get("identifier")
        if resource["resourceType"] in _ONE_IDENTIFIER and not isinstance(known, list):
            content["identifier"] = own
        else:
            others = [i for i in known or [] if not (isinstance(i, dict) and i.get("value") == value)]
            content["identifier"] = [own, *others]
        return {"fullUrl": value, "resource": content,
                "request": {"method": "POST", "url": resource["resourceType"], "ifNoneExist": f"identifier={SYSTEM}|{value}"}}

    def _placed(self, node: Any, part: Part) -> Any:
        """Point references to where the server has (or will have) their targets."""
        if self.mode != "conditional":
            return node
        inside = {key(r) for r in part.resources if r["resourceType"] not in _NO_IDENTIFIER}
        return _map_references(node, lambda ref: "urn:uuid:" + ref.partition("/")[2] if ref in inside else self.journal.places.get(ref, ref))

    def _check(self, part: Part, answer: Answer) -> None:
        """Look at the status of every entry; where their number differs, look at the server."""
        entries = answer.body.get("entry", []) if answer.body.get("resourceType") == "Bundle" else None
        if not isinstance(entries, list) or len(entries) != len(part.resources):
            # servers merge or leave out entries: the index then says nothing
            if self._all_there(part):
                self._finish(part, {}, None)
                return
            raise Unknown("the server answered with another number of entries than it was sent, and not all of them are there; run again")
        places: dict[str, str] = {}
        good: list[Resource] = []
        again: list[Resource] = []
        for resource, entry in zip(part.resources, entries, strict=True):
            response = entry.get("response", {}) if isinstance(entry, dict) else {}
            status = str(response.get("status", ""))[:3]
            if status.startswith("2"):
                good.append(resource)
                self._count(int(status))
                found = _LOCATION.search(str(response.get("location", "")))
                if found:
                    places[key(resource)] = f"{found[1]}/{found[2]}"
            elif status in ("429", "500", "502", "503", "504"):
                again.append(resource)
            else:
                self._refuse([resource], status or "?", issues_of(response.get("outcome")))
        self._finish(Part(good, held=part.held), places, None)
        for resource in again:
            self.client.retried += 1
            if self.mode == "conditional":
                self.send(Part([resource], held=part.held))
            else:
                self._one(resource, part.held)

    def _finish(self, part: Part, places: dict[str, str], _: None) -> None:
        self.known |= {key(r) for r in part.resources}
        if part.held:
            return
        if self.mode == "conditional" and not places and part.resources:
            places = {key(r): self._found(r) or key(r) for r in part.resources}
        self.journal.add(part.resources, places)
        self.journal.places.update({k: v for k, v in places.items() if k != v})
        missing = len(part.resources) + self._done - self.report.created - self.report.updated - len(self._refused)
        if missing > 0:
            self.report.updated += missing  # known only by reading back
        self._done += len(part.resources)
        if self._progress:
            self._progress(self._done, self.total)

    def _count(self, status: int) -> None:
        if status == 201:
            self.report.created += 1
        else:
            self.report.updated += 1

    def _refuse(self, resources: list[Resource], status: str, issues: list[str]) -> None:
        for resource in resources:
            if key(resource) not in self._refused:
                self._refused.add(key(resource))
                self.report.failed.append(Failure(key(resource), status, issues))

    def _too_large(self, answer: Answer) -> bool:
        if answer.status == 413:
            return True
        text = str(answer.body)[:4000].lower() if answer.body else ""
        return answer.status in (400, 422) and ("too many entries" in text or "too-costly" in text or "too-long" in text or "maximum number" in text or ("limit" in text and "entr" in text))

    def _all_there(self, part: Part) -> bool:
        return all(self._there(r) for r in part.resources)

    def _there(self, resource: Resource) -> bool:
        if self.mode == "conditional" and resource["resourceType"] not in _NO_IDENTIFIER:
            return self._found(resource) is not None
        there = self._read(key(resource))
        return there is not None and _holds(there, resource)

    def _read(self, name: str) -> Resource | None:
        where = self.journal.places.get(name, name)
        if self.mode == "conditional" and where == name:
            found = self._found(self.all[name]) if self.all[name]["resourceType"] not in _NO_IDENTIFIER else None
            where = found or name
        answer = self.client.request("GET", where)
        return answer.body if answer.ok and isinstance(answer.body, dict) else None

    def _found(self, resource: Resource) -> str | None:
        kind = resource["resourceType"]
        if kind in _NO_IDENTIFIER:
            return key(resource)
        answer = self.client.request("GET", f"{kind}?identifier={SYSTEM}%7Curn:uuid:{resource['id']}")
        for entry in answer.body.get("entry", ()) if answer.ok and isinstance(answer.body, dict) else ():
            found = entry.get("resource", {})
            if found.get("resourceType") == kind and found.get("id"):
                return f"{kind}/{found['id']}"
        return None


def _map_references(node: Any, change: Callable[[str], str]) -> Any:
    if isinstance(node, dict):
        return {k: change(v) if k == "reference" and isinstance(v, str) else _map_references(v, change) for k, v in node.items()}
    if isinstance(node, list):
        return [_map_references(v, change) for v in node]
    return node


def _holds(there: Any, sent: Any) -> bool:
    """Say whether *there* has all that was sent; a server may add meta and extensions of its own."""
    if isinstance(sent, dict):
        return isinstance(there, dict) and all(k in ("meta", "text") or (k in there and _holds(there[k], v)) for k, v in sent.items())
    if isinstance(sent, list):
        return isinstance(there, list) and len(there) >= len(sent) and all(_holds(a, b) for a, b in zip(there, sent, strict=False))
    if isinstance(sent, int | float | Decimal) and not isinstance(sent, bool):
        return isinstance(there, int | float | Decimal) and Decimal(str(there)) == Decimal(str(sent))
    if isinstance(sent, str) and isinstance(there, str) and "/" in sent:
        return there == sent or there.endswith("/" + sent) or there.rpartition("/_history/")[0].endswith(sent)
    return bool(there == sent)


def _shown(base: str) -> str:
    return base
