"""What the suite created on the target, so that it can be removed again."""

from __future__ import annotations

from collections.abc import Callable

from conformance import clock


class Ledger:
    """Ids of created things in order of creation. `mark` stands in every name that the suite invents."""

    MARK = "conformance"

    def __init__(self) -> None:
        self.run = clock.run_name()
        self._created: list[str] = []
        self._serial = 0

    def add(self, id: str) -> None:
        """Note that a thing was created."""
        self._created.append(id)

    def forget(self, id: str) -> None:
        """Note that a thing is gone."""
        if id in self._created:
            self._created.remove(id)

    @property
    def created(self) -> tuple[str, ...]:
        """Return what is still there, as far as the suite knows."""
        return tuple(self._created)

    def serial(self) -> int:
        """Return the next number of this run, from 1."""
        self._serial += 1
        return self._serial

    def name(self, text: str = "") -> str:
        """Return a name that nothing else on the target has, recognisable as the suite's."""
        return " ".join(part for part in (self.MARK, self.run, str(self.serial()), text) if part)

    def digits(self, length: int) -> str:
        """Return a string of digits, different for every call and every run."""
        number = int(self.run, 36) * 1000 + self.serial()
        return str(number).rjust(length, "0")[-length:]

    def is_old(self, run: str) -> bool:
        """Say whether a run's name was drawn over an hour ago; a text that is no such name is not old."""
        try:
            return int(self.run[:-2], 36) - int(run[:-2], 36) > 3_600_000_000
        except ValueError:
            return False

    def clean_up(self, undo: Callable[[str], None]) -> list[str]:
        """Undo every creation, newest first; the ids that could not be removed."""
        left = []
        for id in reversed(self._created):
            try:
                undo(id)
            except Exception:  # whatever it was, the rest must still be removed
                left.append(id)
        self._created.clear()
        return left
