"""What a run has to say: counts for each file, refused rows, remarks. Bounded, however many rows are refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Note:
    """About one row: a refusal, or a remark on a row that went in. `line` 1 is the header."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    is_refusal: bool


@dataclass(slots=True)
class Counts:
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    remarks: int = 0


@dataclass(slots=True)
class Report:
    """`keep` receives every note; the first SHOWN refusals and remarks stay here for the screen."""

    keep: Callable[[Note], None]
    counts: dict[str, Counts] = field(default_factory=dict)
    unknown_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refusals: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)

    def add(self, note: Note) -> None:
        shown = self.refusals if note.is_refusal else self.remarks
        if len(shown) < SHOWN:
            shown.append(note)
        if note.is_refusal:
            self.counts[note.file].refused += 1
        else:
            self.counts[note.file].remarks += 1
        self.keep(note)

    def tally(self, file: str, *, taken: int, new: int, changed: int) -> None:
        """Of `taken` rows, those that were neither new nor changed change nothing."""
        counts = self.counts[file]
        counts.new += new
        counts.changed += changed
        counts.unchanged += taken - new - changed

    @property
    def total(self) -> Counts:
        each = self.counts.values()
        return Counts(
            read=sum(counts.read for counts in each),
            new=sum(counts.new for counts in each),
            changed=sum(counts.changed for counts in each),
            unchanged=sum(counts.unchanged for counts in each),
            refused=sum(counts.refused for counts in each),
            remarks=sum(counts.remarks for counts in each),
        )
