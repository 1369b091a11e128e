"""What a batch did, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Summary:
    """Counts of a batch; `text()` is for people, `exit_code()` for scripts."""

    done: int = 0
    unchanged: int = 0
    failed: int = 0
    resources: int = 0
    conflicts: int = 0
    errors: int = 0  # findings of the validation
    warnings: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    aside: int = 0  # outputs of an earlier run, of documents that fail now
    former: int = 0  # documents of earlier runs that are no input now, and have outputs
    copies: int = 0  # documents that are another's copy, and were not merged twice
    kinds: Counter[str] = field(default_factory=Counter)  # of errors
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)  # kind -> input, message

    @property
    def total(self) -> int:
        """How many documents were looked at."""
        return self.done + self.unchanged + self.failed

    def add(self, row: dict[str, Any]) -> None:
        """Count one line of the manifest."""
        if row["status"] == "failed":
            self.failed += 1
            self.kinds[row["error"]] += 1
            self.examples.setdefault(row["error"], (row["input"], row.get("message", "")))
            return
        self.done += 1
        self._count(row)

    def keep(self, row: dict[str, Any]) -> None:
        """Count a document that is as an earlier run left it: what was found in it then is so now."""
        self.unchanged += 1
        self._count(row)

    def _count(self, row: dict[str, Any]) -> None:
        self.resources += row["resources"]
        self.conflicts += row["conflicts"]
        self.errors += row["errors"]
        self.warnings += row["warnings"]

    def text(self) -> str:
        """Return the summary as lines."""
        rate = self.total / self.seconds if self.seconds else 0.0
        lines = [
            f"{self.done} converted, {self.unchanged} unchanged, {self.failed} failed "
            f"in {self.seconds:.1f} s ({rate:.1f} documents/s)",
            f"{self.resources} resources; {self.conflicts} contradictions or doubts; "
            f"validation: {self.errors} errors, {self.warnings} warnings",
        ]
        for kind, number in self.kinds.most_common():
            given, message = self.examples[kind]
            lines.append(f"  {kind}: {number} (first: {given}: {message})")
        if self.aside:
            lines.append(
                f"set aside as *.epicrisis-older: outputs of an earlier run of {_documents(self.aside)} that failed now"
            )
        if self.former:
            lines.append(
                f"outputs of {_documents(self.former)} of earlier runs stay in the folder; `push` leaves them out"
            )
        if self.copies:
            lines.append(f"{_documents(self.copies)} with the text (and id) of another one: merged once")
        if self.interrupted:
            lines.append("interrupted: --resume goes on from here")
        return "\n".join(lines)

    def exit_code(self, fail_on: str = "error") -> int:
        """Return the exit code: 130 interrupted, 3 unreadable input, 1 findings, 0 done."""
        if self.interrupted:
            return 130
        if self.failed:
            return 3
        found = self.errors + (self.warnings if fail_on == "warning" else 0)
        return int(bool(found) and fail_on != "never")


def _documents(number: int) -> str:
    return "1 document" if number == 1 else f"{number} documents"
