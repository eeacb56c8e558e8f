"""What the command shows: counts, refused rows, remarks, and what to do next."""

from io import StringIO
from typing import Final

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from contracts.portfolio.report import Counts, Note, Report
from contracts.portfolio.values import CONTROL
from web.french import plural

WIDTH: Final = 160
LONGEST_VALUE: Final = 40


def outcome(report: Report, *, written: bool, width: int | None, in_color: bool) -> str:
    """`width` in characters, None where nothing limits it."""
    console = Console(file=StringIO(), width=width or WIDTH, force_terminal=in_color, highlight=False)
    for file, names in report.unknown_columns.items():
        if names:
            console.print(_plain(f"{file}\u00a0: colonnes inconnues, ignorées\u00a0: {', '.join(names)}."))
    console.print(_counts_table(report))
    total = report.total
    _print_notes(console, "Lignes refusées", report.refusals, total.refused)
    _print_notes(console, "À savoir (ces lignes sont prises)", report.remarks, total.remarks)
    console.print(_plain(_conclusion(total, written=written)))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def _counts_table(report: Report) -> Table:
    titles = ("lues", "nouvelles", "changées", "inchangées", "refusées")
    table = Table("Fichier", *(Column(title, justify="right") for title in titles))
    for file, counts in report.counts.items():
        figures = (counts.read, counts.new, counts.changed, counts.unchanged, counts.refused)
        table.add_row(file, *map(str, figures))
    return table


def _print_notes(console: Console, title: str, shown: list[Note], count: int) -> None:
    if not shown:
        return
    table = Table(
        "Fichier", "Ligne", "Colonne", "Valeur", "Raison", title=f"{title}\u00a0: {count}", title_justify="left"
    )
    for note in shown:
        table.add_row(*map(_plain, (note.file, str(note.line), note.column, _short(note.value), note.reason)))
    console.print(table)
    if count > len(shown):
        rest = plural(count - len(shown), "autre ligne", "autres lignes")
        console.print(_plain(f"… et {rest}. L’option --report FICHIER.csv les donne toutes."))


def _conclusion(total: Counts, *, written: bool) -> str:
    count = total.new + total.changed
    if not count and total.refused:
        return "Rien n’est écrit\u00a0: les lignes qui ne sont pas refusées étaient déjà en place."
    if not count:
        return "Rien n’a changé\u00a0: ce que disent ces fichiers était déjà en place."
    rows = plural(count, "ligne", "lignes")
    if written:
        return f"C’est écrit\u00a0: {rows}, nouvelles ou changées."
    return f"Répétition\u00a0: rien n’est écrit. Avec --write, l’import écrirait {rows}, nouvelles ou changées."


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"


def _plain(words: str) -> Text:
    """A file's words are shown, not obeyed: neither markup nor the terminal's commands."""
    return Text(CONTROL.sub("\N{REPLACEMENT CHARACTER}", words))
