"""The push: read, plan, ask the server what it is, send, check every answer.

Every write can be repeated: resources go under ids (or identifiers) of our own, so a retry after
a lost answer, a kill or a rerun changes nothing that is already there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from epicrisis.errors import InvalidResource, PushError, UsageError
from epicrisis.push.client import Client, Options
from epicrisis.push.content import Contents
from epicrisis.push.journal import Journal
from epicrisis.push.load import Resource, Unit, units
from epicrisis.push.plan import Part, key, plan
from epicrisis.push.recent import Recent
from epicrisis.push.report import Failure, PushReport
from epicrisis.push.send import Sender
from epicrisis.push.server import Capabilities, is_r5

MODES = ("put", "conditional", "each")
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
        source: a bundle (dict), resources, or the path of a file or folder (a bundle at a time
            is in memory; a folder's file that cannot be read is reported, the others go on).
        server: base URL; https unless the host is loopback or `options.allow_http`.
        mode: `put` (transactions under our ids), `conditional` (transactions with ifNoneExist
            on our identifiers), `each` (one request per resource, for servers without transactions).
        max_entries, max_bytes: limits of one transaction; a server's own lower limits are found.
        resume: a journal file; what it names as done is not sent again.
        verify: read back what was sent and compare.
        progress: called with (done, total so far).

    Raises:
        UsageError: an address or option that cannot be.
        InvalidResource: *source* is not FHIR JSON.
        PushError: the server is not fit, or cannot be reached (what is done stays done:
            run again, with `resume`).
    """
    _checked(mode, max_entries, max_bytes)
    started = time.monotonic()
    client = Client(server, options, token)
    report = PushReport(client.base, mode)
    journal = Journal(resume, client.base, mode)
    capabilities = Capabilities(client, mode)
    recent = Recent()
    client.returned = recent.restore
    try:
        for unit in units(source):
            report.entries += len(unit.resources)
            report.left_out += unit.left_out
            if unit.problem:
                report.failed.append(Failure(unit.name, "unreadable", [unit.problem]))
                continue
            r5 = is_r5(unit.resources)
            contents = Contents(unit.texts, mode, r5=r5, places=journal.places)
            finished = [r for r in unit.resources if journal.done(key(r), contents.texts[key(r)])]
            recheck = [r for r in finished if journal.recent(key(r))]  # the server may have died with them
            if (recheck or len(finished) < len(unit.resources)) and not _fits(capabilities, unit, r5, report):
                report.skipped += len(finished)
                continue

            def done(count: int) -> None:
                report.done += count
                if progress:
                    progress(report.done + report.skipped, report.entries)

            sender = Sender(client, report, journal, contents, each=mode == "each", done=done, recent=recent)
            sender.known |= {key(r) for r in finished}
            gone = {key(r) for r in sender.gone(Part(recheck))}
            kept = {key(r) for r in finished} - gone
            report.skipped += len(kept)
            for part in plan(
                [r for r in unit.resources if key(r) not in kept],
                contents.texts,
                max_entries=1 if mode == "each" else max_entries,
                max_bytes=max_bytes,
                renamed=contents.renamed,
            ):
                sender.send(part)
            if verify:
                sender.verify(unit.resources)
    finally:
        journal.close()
        report.requests, report.retries = client.sent, client.retried
        report.seconds = time.monotonic() - started
    return report


def dry_run(
    source: Any,
    server: str,
    *,
    mode: str = "put",
    max_entries: int = 100,
    max_bytes: int = 4_000_000,
    options: Options | None = None,
) -> list[str]:
    """Return what a push would send: method, URL, ids and sizes; nothing is sent, no content shown."""
    _checked(mode, max_entries, max_bytes)
    base = Client(server, options).base
    lines = []
    for unit in units(source):
        if unit.problem:
            raise InvalidResource(unit.problem)
        lines += [f"left out: {name}: of no document of the last run" for name in unit.left_out]
        contents = Contents(unit.texts, mode, r5=is_r5(unit.resources), places={})
        for part in plan(
            unit.resources,
            contents.texts,
            max_entries=1 if mode == "each" else max_entries,
            max_bytes=max_bytes,
            renamed=contents.renamed,
        ):
            note = " (first pass, without references to what is not there yet)" if part.held else ""
            if mode != "each":
                lines.append(f"POST {base} transaction, {len(part.resources)} entries, about {part.size} bytes{note}")
            for resource in part.resources:
                lines.append(_line(resource, contents, base, note, each=mode == "each"))
    return lines


def _checked(mode: str, max_entries: int, max_bytes: int) -> None:
    if mode not in MODES:
        raise UsageError(f"--mode {mode}: not one of {', '.join(MODES)}")
    if max_entries < 1 or max_bytes < 1:
        raise UsageError("--max-entries and --max-bytes are at least 1")


def _fits(capabilities: Capabilities, unit: Unit, r5: bool, report: PushReport) -> bool:
    try:
        capabilities.require(r5=r5)
    except PushError:
        if not report.done:
            raise
        # in the middle of a folder: this bundle stays behind, the others go on
        report.failed.append(Failure(unit.name, "version", ["of another FHIR version than the server's"]))
        return False
    return True


def _line(resource: Resource, contents: Contents, base: str, note: str, *, each: bool) -> str:
    verb = "POST" if contents.is_conditional(resource) else "PUT"
    size = contents.sizes[key(resource)]
    return f"{verb} {base}/{key(resource)} {size} bytes{note}" if each else f"  {verb} {key(resource)} {size} bytes"
