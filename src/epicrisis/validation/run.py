"""Run the layers over a bundle or a resource and gather what they find."""

from __future__ import annotations

from typing import Any

from epicrisis.kept import lazy
from epicrisis.validation import contexts, integrity, invariants, shape
from epicrisis.validation.checks import Scope
from epicrisis.validation.evidence import EVIDENCE
from epicrisis.validation.library import BASE
from epicrisis.validation.profile import Profiles
from epicrisis.validation.report import Finding, Report

_STEP = lazy(r"\.([A-Za-z_]\w*)|\[(\d+)\]")


def report(resource: dict[str, Any], layers: str, profiles: Profiles) -> Report:
    """Return the report of the layers asked for."""
    try:
        return _report(resource, layers, profiles)
    except RecursionError:
        deep = Finding("error", "shape/depth", "Resource", "nested too deep to be judged")
        skipped = dict.fromkeys(("profile", "integrity", "terminology", "invariants"), "skipped: nested too deep")
        return Report([deep], {**skipped, "shape": "failed"})


def _report(resource: dict[str, Any], layers: str, profiles: Profiles) -> Report:
    done = Report()
    scope = Scope(_targets(resource))
    kind = resource.get("resourceType")
    # a type that FHIR does not have may be any text, and is not quoted
    root = kind if isinstance(kind, str) and profiles.library.definition(BASE + kind) else "Resource"
    problems = profiles.resource(resource, scope) or ()
    for path, severity, rule, message in contexts.settled(dict.fromkeys(problems), resource, profiles.library):
        done.findings.append(Finding(severity, rule, root + path, message))
    done.findings += integrity.check(resource, scope)
    done.layers |= dict.fromkeys(("profile", "integrity", "terminology"), "passed")
    if layers == "full":
        _slow(resource, root, profiles, done)
    else:
        done.layers |= dict.fromkeys(("shape", "invariants"), "skipped: quick validation")
    done.settle()
    done.findings = [_located(f, resource) for f in done.findings]
    return done


def _slow(resource: dict[str, Any], root: str, profiles: Profiles, done: Report) -> None:
    edition = profiles.library.edition
    reason = shape.missing()
    if reason:
        done.layers["shape"] = f"skipped: {reason}"
    else:
        done.findings += shape.check(resource, edition, root)
        done.layers["shape"] = "passed"
    reason = invariants.missing()
    if reason:
        done.layers["invariants"] = f"skipped: {reason}"
        return
    rules = profiles.invariants
    done.findings += dict.fromkeys(rules.check(resource, root))
    done.layers["invariants"] = "passed"


def _targets(resource: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    entries = resource.get("entry") if resource.get("resourceType") == "Bundle" else None
    for entry in entries if type(entries) is list else ():
        inner = entry.get("resource") if type(entry) is dict else None
        if type(inner) is not dict:
            continue
        if type(inner.get("id")) is str:
            found[f"{inner.get('resourceType')}/{inner['id']}"] = inner
        if type(entry.get("fullUrl")) is str:
            found[entry["fullUrl"]] = inner
    return found


def _located(finding: Finding, resource: dict[str, Any]) -> Finding:
    """Return the finding with the span of the nearest element that says where it was read."""
    here: Any = resource
    span = None
    for name, index in _STEP.findall(finding.path[finding.path.find(".") :] if "." in finding.path else ""):
        try:
            here = here[name] if name else here[int(index)]
        except (KeyError, IndexError, TypeError):
            break
        span = _span(here) or span
    span = span or _span(resource)
    return Finding(finding.severity, finding.rule, finding.path, finding.message, span) if span else finding


def _span(element: Any) -> tuple[int, int] | None:
    extensions = element.get("extension") if type(element) is dict else None
    for extension in extensions if type(extensions) is list else ():
        if type(extension) is dict and extension.get("url") == EVIDENCE and type(extension.get("extension")) is list:
            parts = {
                p.get("url"): p.get("valueInteger")
                for p in extension["extension"]
                if type(p) is dict and type(p.get("url")) is str
            }
            offset, length = parts.get("offset"), parts.get("length")
            if type(offset) is int and type(length) is int:
                return offset, offset + length
    return None
