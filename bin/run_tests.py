"""Every check of the project; with pytest arguments, only the tests that they choose."""

import os
import shutil
import subprocess
import sys
from typing import Final

from environment import NBSP, PYTHON, ROOT, VENV, install, run, say

SOURCES: Final = (".",)
PAGES: Final = ("templates", "testbank/html")
CHECKS: Final = {
    "ruff check": ("ruff", "check", *SOURCES),
    "ruff format": ("ruff", "format", "--check", *SOURCES),
    "mypy": ("mypy", *SOURCES),
    "lint-imports": ("lint-imports",),
    "djlint": ("djlint", "--lint", "--quiet", *PAGES),
    "makemigrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "sbom": ("python", "bin/sbom.py", "--check"),
    "check": ("python", "manage.py", "check"),
}
# A file shares what exists once, such as the bank’s port. In the order of the folders: sorted by number of tests, the
# files of few and long ones would come last, and one core wait for the other.
TWO_CORES: Final = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
WITH_COVERAGE: Final = ("--cov", "--cov-config=.coveragerc", "--cov-report=term")


def main() -> None:
    chosen = sys.argv[1:]
    for requirements in ("requirements.txt", "requirements-dev.txt"):
        install(requirements)
    (ROOT / "var" / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
    provide_chromium()
    failed = [] if chosen else [name for name, command in CHECKS.items() if not passes(name, command)]
    pytest = [PYTHON, "-m", "pytest", *TWO_CORES, *(chosen or WITH_COVERAGE)]
    status = subprocess.run(pytest, cwd=ROOT, check=False).returncode  # noqa: S603 - our own command
    if failed:
        sys.exit(f"Échec, avant les tests{NBSP}: {', '.join(failed)}.")
    sys.exit(status)


def passes(name: str, command: tuple[str, ...]) -> bool:
    tool, *arguments = command
    succeeded = run([str(VENV / "bin" / tool), *arguments], is_quiet=True)
    say(f"{name}{NBSP}: {'bien' if succeeded else 'ÉCHEC'}")
    return succeeded


def provide_chromium() -> None:
    """Debian's, for the browser tests; without it they are skipped, or refused when BROWSER=required."""
    if os.environ.get("BROWSER") == "none":
        return
    if shutil.which("chromium") is None and shutil.which("apt-get") and os.geteuid() == 0:
        say("Installation de Chromium pour les tests dans un navigateur…")
        apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
        run([*apt, "update"], is_quiet=True)
        run([*apt, "install", "-y", "--no-install-recommends", "chromium"], is_quiet=True)
    if shutil.which("chromium") is None and os.environ.get("BROWSER") == "required":
        sys.exit("Chromium manque, et BROWSER=required exige les tests dans un navigateur.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nTests interrompus.")
