"""Send the parts of one bundle, check every answer, and look where an answer says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from epicrisis.errors import PushError
from epicrisis.push.client import Answer, Client, Forbidden, Unknown
from epicrisis.push.compare import holds
from epicrisis.push.content import SYSTEM, Contents
from epicrisis.push.journal import Journal
from epicrisis.push.load import Resource
from epicrisis.push.plan import Part, halves, key
from epicrisis.push.recent import Recent
from epicrisis.push.report import Failure, PushReport, issues_of

_LOCATION = re.compile(r"([A-Z]\w+)/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]*)?\Z")
# a part that is refused so is sent in smaller parts: too large, or one entry is wrong
_SMALLER = frozenset({400, 404, 409, 412, 413, 422, 500})
_BROKEN = 3  # resources in a row at which a server fails, not refuses: then it is the server
_AGAIN = ("408", "409", "425", "429", "500", "502", "503", "504")


class Sender:
    """Sends resources that are planned together."""

    def __init__(
        self,
        client: Client,
        report: PushReport,
        journal: Journal,
        contents: Contents,
        *,
        each: bool,
        done: Callable[[int], None],
        recent: Recent,
    ) -> None:
        """Prepare; *done* is told how many resources have reached the server."""
        self._client, self._report, self._journal, self._contents = client, report, journal, contents
        self._each = each
        self._told = done
        self._recent = recent
        self.known: set[str] = set()  # what is on the server
        self._refused: set[str] = set()
        self._failures = 0

    def send(self, part: Part) -> None:
        """Send one part, in smaller ones where the server asks for that, or where one entry makes it fail.

        Raises:
            PushError: the server cannot be reached, or what it did cannot be found out.
        """
        if self._each:
            for resource in part.resources:
                self._one(resource, part)
            return

        def body() -> str:
            entries = ",".join(self._contents.entry(r, part, self.known, self._client.base) for r in part.resources)
            return f'{{"resourceType":"Bundle","type":"transaction","entry":[{entries}]}}'

        try:
            answer = self._client.request("POST", "", body)
        except Unknown:
            if not self._all_there(part):
                raise
            self._finish(part, {}, unknown=len(part.resources))
            return
        if answer.ok:
            self._check(part, answer)
        elif answer.status in _SMALLER and (
            smaller := halves(part, self._contents.texts, renamed=self._contents.renamed)
        ):
            for one in smaller:
                one.held |= part.held
                self.send(one)
        else:
            self._fail(part.resources, answer)

    def gone(self, part: Part) -> list[Resource]:
        """Return those of a finished part that are not on the server, or not as they were sent."""
        missing: list[Resource] = []
        old: list[Resource] = []
        for resource in part.resources:
            try:
                fault = self._fault(resource)
            except Forbidden:
                return []  # one that may write and not read cannot know
            if fault == "missing":
                missing.append(resource)
            elif fault and not part.held:
                old.append(resource)
        self.known -= {key(r) for r in missing}
        self._journal.forget([key(r) for r in missing], [key(r) for r in old])
        return [*missing, *old]

    def send_again(self, part: Part) -> None:
        """Send what the server had taken and lost."""
        number = len(part.resources)
        if part.held:
            self._journal.fresh = max(0, self._journal.fresh - number)
        else:
            self._report.created = max(0, self._report.created - number)
            self._report.done -= number
        self.send(part)

    def verify(self, resources: list[Resource]) -> None:
        """Read every resource back and compare what was sent with what is there."""
        for resource in resources:
            name = key(resource)
            if name in self._refused:
                continue
            fault = self._fault(resource)
            if fault:
                self._report.failed.append(Failure(name, fault, []))
            else:
                self._report.verified += 1

    def _fault(self, resource: Resource) -> str:
        """Read a resource back; return what is wrong with it (missing | differs), or nothing."""
        there = self._read(resource)
        if there is None:
            return "missing"
        return "" if holds(there, self._contents.content(resource, Part(), self.known)) else "differs"

    def _one(self, resource: Resource, part: Part) -> None:
        """Put one resource under its id."""
        name = key(resource)
        alone = Part([resource], held=part.held)
        body = self._contents.entry(resource, alone, self.known, "")
        start = body.index('"resource":') + len('"resource":')
        try:
            answer = self._client.request("PUT", name, body[start : body.rindex(',"request":')])
        except Unknown:
            if not self._all_there(alone):
                raise
            self._finish(alone, {}, unknown=1)
            return
        if answer.ok:
            self._count(part, answer.status)
            self._finish(alone, {})
        else:
            self._fail([resource], answer)

    def _check(self, part: Part, answer: Answer) -> None:
        """Look at the status of every entry; where their number differs, look at the server."""
        entries = answer.body.get("entry", []) if answer.body.get("resourceType") == "Bundle" else None
        if not isinstance(entries, list) or len(entries) != len(part.resources):
            # servers merge entries or leave some out: the index then says nothing
            if not self._all_there(part):
                raise Unknown(
                    "the server answered with another number of entries than it was sent, and not all of them are there; run again"
                )
            self._finish(part, {}, unknown=len(part.resources))
            return
        places: dict[str, str] = {}
        good: list[Resource] = []
        again: list[Resource] = []
        for resource, entry in zip(part.resources, entries, strict=True):
            response = entry.get("response") if isinstance(entry, dict) else None
            response = response if isinstance(response, dict) else {}
            status = str(response.get("status", ""))[:3]
            if status.startswith("2"):
                good.append(resource)
                self._count(part, int(status))
                found = _LOCATION.search(str(response.get("location", "")))
                if found and found[1] == resource["resourceType"]:
                    places[key(resource)] = f"{found[1]}/{found[2]}"
            elif status in _AGAIN:
                again.append(resource)
            else:
                self._refuse([resource], status if status.isdigit() else "?", issues_of(response.get("outcome")))
        self._finish(Part(good, held=part.held), places)
        for attempt, resource in enumerate(again):
            if not attempt:
                self._client.wait()
            self._client.retried += 1
            if self._contents.is_conditional(resource):
                self.send(Part([resource], held=part.held))
            else:
                self._one(resource, part)

    def _finish(self, part: Part, places: dict[str, str], *, unknown: int = 0) -> None:
        self.known |= {key(r) for r in part.resources}
        for resource in part.resources:
            if self._contents.is_conditional(resource) and key(resource) not in places:
                places[key(resource)] = self._found(resource) or key(resource)
        self._journal.places.update(places)
        self._failures = 0
        self._recent.add(self, part)
        if part.held:
            return
        self._journal.add({key(r): self._contents.texts[key(r)] for r in part.resources}, places)
        self._report.updated += unknown
        self._told(len(part.resources))

    def _count(self, part: Part, status: int) -> None:
        # counted when it is sent whole; a first pass says whether it was new
        if part.held:
            self._journal.fresh += status == 201
        elif status == 201:
            self._report.created += 1
        elif self._journal.fresh:
            self._journal.fresh -= 1
            self._report.created += 1
        else:
            self._report.updated += 1

    def _fail(self, resources: list[Resource], answer: Answer) -> None:
        self._failures = self._failures + 1 if answer.status == 500 else 0
        if self._failures >= _BROKEN:
            raise PushError(
                f"the server fails (HTTP 500) at one resource after the other, the last {key(resources[0])}; "
                "what is done stays done: run again (with --resume FILE to skip it)"
            )
        self._refuse(resources, str(answer.status), issues_of(answer.body))

    def _refuse(self, resources: list[Resource], status: str, issues: list[str]) -> None:
        for resource in resources:
            if key(resource) not in self._refused:
                self._refused.add(key(resource))
                self._report.failed.append(Failure(key(resource), status, issues))

    def _all_there(self, part: Part) -> bool:
        for resource in part.resources:
            there = self._read(resource)
            if there is None:
                return False
            created = self._contents.is_conditional(resource) and key(resource) not in self._journal.places
            if not created and not holds(there, self._contents.content(resource, part, self.known)):
                return False
        return True

    def _read(self, resource: Resource) -> Resource | None:
        name = key(resource)
        where: str | None = self._journal.places.get(name, name)
        if where == name and self._contents.is_conditional(resource):
            where = self._found(resource)
        if where is None:
            return None
        answer = self._client.request("GET", where)
        return answer.body if answer.ok and isinstance(answer.body, dict) else None

    def _found(self, resource: Resource) -> str | None:
        """Look by our identifier where the server has a resource."""
        kind = resource["resourceType"]
        answer = self._client.request("GET", f"{kind}?identifier={SYSTEM}%7Curn:uuid:{resource['id']}")
        entries: Any = answer.body.get("entry") if answer.ok and isinstance(answer.body, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            found = entry.get("resource") if isinstance(entry, dict) else None
            if (
                isinstance(found, dict)
                and found.get("resourceType") == kind
                and _LOCATION.match(f"{kind}/{found.get('id')}")
            ):
                return f"{kind}/{found['id']}"
        return None
