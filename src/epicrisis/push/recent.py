"""What was finished a moment ago, and may be lost all the same.

A server answers 200 and dies: databases that write to the disk with a delay forget the last
commits, and the push that goes on would leave a gap. So what was finished shortly before an
outage is read again, and sent again where it is missing or old.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Protocol

from epicrisis.push.journal import WINDOW
from epicrisis.push.load import Resource
from epicrisis.push.plan import Part, key


class Sends(Protocol):
    """What has sent a part, and can look whether it is still there."""

    def gone(self, part: Part) -> list[Resource]:
        """Return those of a finished part that are not on the server, or not as they were sent."""

    def send_again(self, part: Part) -> None:
        """Send what the server had taken and lost."""


class Recent:
    """The parts finished within the last seconds, with what can send them again."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._finished: deque[tuple[float, Sends, Part]] = deque()

    def add(self, sender: Sends, part: Part) -> None:
        """Note that a part is on the server, as far as it says."""
        now = time.monotonic()
        self._finished.append((now, sender, part))
        while self._finished[0][0] < now - WINDOW:
            self._finished.popleft()

    def restore(self) -> None:
        """Read again what was finished last, and send again what is gone, in the same order."""
        finished = list(self._finished)
        self._finished.clear()
        for _, sender, part in finished:
            gone = sender.gone(part)
            lost = {key(r) for r in gone}
            self.add(sender, Part([r for r in part.resources if key(r) not in lost], held=part.held))
            if gone:
                sender.send_again(Part(gone, held=part.held))
