"""Thin: arguments, the report's file, the progress bar; `contracts.portfolio.importing` does the rest."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from contracts.portfolio.importing import AlreadyRunningError, import_portfolio, open_portfolio
from contracts.portfolio.photos import PhotoCounts, take_photos
from contracts.portfolio.reading import UnreadableFileError
from contracts.portfolio.report import Note, Report
from contracts.portfolio.run import PortfolioFile
from contracts.portfolio.screen import outcome
from establishments.models import Establishment
from web.french import plural

BAD_ARGUMENTS: Final = 2
SOME_REFUSED: Final = 3


class Command(BaseCommand):
    help = "Reprend les fichiers du back-office d’un établissement. Sans --write, c’est une répétition."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", help="adresse de l’établissement, par exemple nantes")
        parser.add_argument("folder", type=Path, help="dossier de clients.csv, contrats.csv, gages.csv, ventes.csv")
        parser.add_argument("--write", action="store_true", help="écrire pour de bon")
        parser.add_argument("--report", type=Path, help="fichier CSV où noter chaque ligne refusée et chaque remarque")

    def handle(self, *args: Any, establishment: str, folder: Path | str, write: bool, **options: Any) -> None:
        tenant = Establishment.objects.filter(slug=establishment).first()
        if tenant is None:
            raise CommandError(f"Établissement inconnu\u00a0: {establishment}.", returncode=BAD_ARGUMENTS)
        if not Path(folder).is_dir():
            raise CommandError(f"Ce dossier n’existe pas\u00a0: {folder}.", returncode=BAD_ARGUMENTS)
        with _report_file(options["report"]) as keep:
            report = _run(tenant, Path(folder), write=write, keep=keep)
            # A rehearsal has undone the rows that name them: `import_photos` rehearses photos.
            photos = _photos(tenant, Path(folder), keep) if write else None
        is_terminal = self.stdout.isatty()
        width = Console().width if is_terminal else None
        self.stdout.write(outcome(report, written=write, width=width, in_color=is_terminal))
        if photos and (words := photos.words(written=True)):
            self.stdout.write(words)
        refused = report.total.refused
        if refused:
            rows = plural(refused, "ligne refusée", "lignes refusées")
            raise CommandError(
                f"{rows}\u00a0; les autres sont {'écrites' if write else 'bonnes'}.", returncode=SOME_REFUSED
            )
        if photos and photos.refused:
            raise CommandError(photos.refusal_words, returncode=SOME_REFUSED)


def _run(establishment: Establishment, folder: Path, *, write: bool, keep: Callable[[Note], None]) -> Report:
    try:
        files = open_portfolio(folder)
        with _progress(files) as advance:
            return import_portfolio(
                establishment_pk=establishment.pk, files=files, write=write, by="system", keep=keep, advance=advance
            )
    except UnreadableFileError as error:
        keep(Note(error.file, 1, error.column, "", error.reason, is_refusal=True))
        raise CommandError(f"{error} Rien n’est écrit.") from error
    except AlreadyRunningError as error:
        raise CommandError("Un import de cet établissement est déjà en cours. Rien n’est écrit.") from error


def _photos(establishment: Establishment, folder: Path, keep: Callable[[Note], None]) -> PhotoCounts:
    return take_photos(establishment=establishment, folder=folder, write=True, by="system", keep=keep)


class RowsASecond(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.0f}\u00a0lignes/s")


@contextmanager
def _progress(files: Sequence[PortfolioFile]) -> Iterator[Callable[[int], None]]:
    """A bar on the error stream's terminal, if it is one."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RowsASecond(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Lecture", total=sum(file.source.lines - 1 for file in files))

        def advance(rows: int) -> None:
            progress.advance(task, rows)
            if progress.finished:
                progress.update(task, description="Lecture faite, comparaison et écriture")

        yield advance


@contextmanager
def _report_file(path: Path | str | None) -> Iterator[Callable[[Note], None]]:
    """Where notes go: into that file, or nowhere."""
    with _open_for_writing(Path(path or os.devnull)) as file:
        rows = csv.writer(file)
        rows.writerow(("file", "line", "column", "value", "reason"))
        yield lambda note: rows.writerow((note.file, note.line, note.column, note.value, note.reason))


def _open_for_writing(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"Le rapport ne peut pas être écrit\u00a0: {path}.", returncode=BAD_ARGUMENTS) from error
