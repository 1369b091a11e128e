"""Do one document of a batch: read, convert, write, and say what became of it.

Runs in a worker process; the line it returns goes into the manifest.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epicrisis.document.files import load
from epicrisis.document.reader import LIMIT_PACKED
from epicrisis.errors import UnreadableDocument
from epicrisis.etl.files import digest_of, write_atomically
from epicrisis.etl.names import file_name
from epicrisis.etl.outcome import Convert, Outcome, attempt, default_convert
from epicrisis.etl.sources import Task
from epicrisis.listing import MERGED, SPOOL

ISSUES = "OperationOutcome.ndjson"  # of the ndjson layout
ASIDE = ".epicrisis-older"  # what an earlier run made of a document that fails now
# what the next document would meet with too
_STOPS = frozenset({errno.ENOSPC, errno.EROFS, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for every document of a run."""

    folder: str
    options: Mapping[str, Any]
    run: str
    layout: str = "bundle"
    compact: bool = False
    convert: Convert | None = None


def work(task: Task, setting: Setting) -> dict[str, Any]:
    """Convert one document and return its line; an error of the output folder is a stop."""
    if task.fault:
        return _failed(task, setting, task.kind, task.fault)
    options = dict(setting.options)
    source: Any
    if task.text is None:
        try:
            data = load(Path(task.input), LIMIT_PACKED + 1)
        except UnreadableDocument as error:
            return _failed(task, setting, "UnreadableDocument", str(error).removeprefix(f"{task.input}: "))
        source = _Named(data)
        source.name = task.input
        if not _is_unicode(stem := Path(task.input).stem):
            options["name"] = file_name(stem)
    else:
        data = task.text.encode("utf-8", "surrogatepass")
        source = task.text
        options["name"] = task.output.rsplit("/", 1)[-1]
        if task.identity:
            options["identity"] = task.identity
    digest = hashlib.sha256(data).hexdigest()
    if task.known == digest and task.written and task.written == digest_of(outputs(task.output, setting)):
        return {"status": "unchanged", "output": task.output}
    del data
    outcome = attempt(task.input, source, options, setting.convert or default_convert())
    if not outcome.ok:
        kind = outcome.error or "Bug"
        return _failed(task, setting, kind, outcome.message, digest)
    try:
        _write(task, setting, outcome)
    except UnicodeEncodeError:
        return _failed(task, setting, "Bug", "a character that no JSON file can hold", digest)
    except OSError as error:
        if error.errno in _STOPS:
            return {"status": "stop", "output": task.output, "errno": error.errno}
        reason = error.strerror or "cannot be written"
        return _failed(task, setting, "UnwritableOutput", f"{outputs(task.output, setting)[0]}: {reason}", digest)
    return _line(task, setting, outcome, digest)


def lost(task: Task, reason: str, setting: Setting) -> dict[str, Any]:
    """Return the line of a document whose worker died or took too long."""
    if reason == "timeout":
        return _failed(task, setting, "Timeout", "took too long")
    return _failed(task, setting, "WorkerDied", "the process that converted it died")


class _Named(io.BytesIO):
    """Bytes with the name of their file, of which the suffix may tell the kind."""

    name: str = ""


def outputs(output: str, setting: Setting) -> list[Path]:
    """Return the files of a document whose outputs have this name."""
    folder = Path(setting.folder)
    if setting.layout == MERGED:
        return [folder / SPOOL / f"{output}.json"]
    return [folder / f"{output}.json", folder / f"{output}.issues.json"]


def set_aside(output: str, earlier: dict[str, Any], setting: Setting) -> bool:
    """Rename what an earlier run made of a document that fails now, so that nobody takes it for what it is now.

    Only files that are as that run wrote them are: what somebody has changed is theirs.
    """
    if earlier.get("status") != "done" or not earlier.get("written"):
        return False
    paths = outputs(output, setting)
    if digest_of(paths) != earlier["written"]:
        return False
    try:
        for path in paths:
            path.replace(_aside(path))
    except OSError:
        return False
    return True


def _aside(path: Path) -> Path:
    return path.with_name(path.name + ASIDE)


def _write(task: Task, setting: Setting, outcome: Outcome) -> None:
    conversion = outcome.conversion
    assert conversion is not None  # noqa: S101
    paths = outputs(task.output, setting)
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    if setting.layout == "ndjson":
        from epicrisis.bundle import ndjson_files
        from epicrisis.bundle.serialize import dumps

        files = ndjson_files(_resources(conversion.bundle))
        files.pop("manifest.json")
        files[ISSUES] = dumps(conversion.issues) + "\n"
        write_atomically(paths[0], json.dumps(files, ensure_ascii=False))
        _aside(paths[0]).unlink(missing_ok=True)
        return
    from epicrisis.bundle import to_json

    indent = None if setting.compact else 2
    # the bundle comes last: where it is, its issues are too
    write_atomically(paths[1], to_json(conversion.issues, indent=indent))
    write_atomically(paths[0], to_json(conversion.bundle, indent=indent))
    for path in paths:
        _aside(path).unlink(missing_ok=True)


def _is_unicode(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= c <= "\udfff" for c in name)


def _resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle.get("entry", ())]


def _line(task: Task, setting: Setting, outcome: Outcome, digest: str) -> dict[str, Any]:
    conversion = outcome.conversion
    assert conversion is not None  # noqa: S101
    issues = conversion.issues.get("issue", ())
    codes = Counter(_code(issue) for issue in issues)
    report = conversion.report
    severities = Counter(f.severity for f in report.findings) if report is not None else Counter()
    return {
        "input": task.input,
        "output": task.output,
        **({"layout": MERGED} if setting.layout == MERGED else {}),
        "run": setting.run,
        "sha256": digest,
        "written": digest_of(outputs(task.output, setting)),
        "status": "done",
        "resources": len(conversion.bundle.get("entry", ())),
        "facts": len(conversion.case.items),
        "conflicts": len(conversion.case.conflicts),
        "errors": severities["error"] + severities["fatal"],
        "warnings": severities["warning"],
        "findings": dict(sorted(codes.items())),
    }


def _code(issue: dict[str, Any]) -> str:
    coding = issue.get("details", {}).get("coding") or [{}]
    return str(coding[0].get("code") or issue.get("code") or "unknown")


def _failed(task: Task, setting: Setting, kind: str, message: str, digest: str = "") -> dict[str, Any]:
    return {
        "input": task.input,
        "output": task.output,
        "run": setting.run,
        "sha256": digest,
        "status": "failed",
        "error": kind,
        "message": message,
    }
