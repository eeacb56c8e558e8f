"""The project's own Python, made from the pinned requirements. Standard library only: nothing is installed yet."""

import hashlib
import importlib.util
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
VENV: Final = ROOT / ".venv"
PYTHON: Final = str(VENV / "bin" / "python")
NBSP: Final = "\N{NO-BREAK SPACE}"


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def run(command: Sequence[str], *, is_quiet: bool = False) -> bool:
    """Whether the command succeeded. A quiet one is heard only when it fails."""
    output = subprocess.PIPE if is_quiet else None
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=ROOT, check=False, stdout=output, stderr=subprocess.STDOUT if is_quiet else None
    )
    if done.returncode and is_quiet:
        say(done.stdout.decode(errors="replace"))
    return done.returncode == 0


def install(requirements: str) -> None:
    """Make `.venv` hold that file's packages; nothing to do when its stamp says that it does.

    Errors: SystemExit with one sentence.
    """
    wanted = hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()
    stamp = VENV / f"{requirements}.sha256"
    if Path(PYTHON).exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not _has_pip():
        _make_venv()
    say(f"Installation des dépendances ({requirements}). La première fois, cela prend une à deux minutes…")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    # The file names every package: without --no-deps, pip looks for the newest one behind an extra and refuses it.
    if not run([*pip, "--require-hashes", "--no-deps", "-r", requirements], is_quiet=True):
        sys.exit(f"L’installation des dépendances a échoué{NBSP}: la raison est écrite au-dessus.")
    stamp.write_text(wanted)


def _has_pip() -> bool:
    """False too for a half-made `.venv`, or one whose Python has gone."""
    if not Path(PYTHON).exists():
        return False
    command = [PYTHON, "-c", "import pip"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own command


def _make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("Le module venv de Python manque. Sous Debian et Ubuntu, installez le paquet python3-venv.")
    try:
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"Le dossier .venv ne peut pas être créé{NBSP}: {error}")
