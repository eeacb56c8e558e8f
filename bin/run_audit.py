"""pip-audit on requirements.txt, read strictly: a component that nobody could judge is no good news."""

import json
import subprocess
import sys
from typing import Any, Final

from environment import NBSP, ROOT, VENV, say

COMMAND: Final = (
    "pip-audit", "--requirement", "requirements.txt", "--require-hashes", "--disable-pip",
    "--format", "json", "--progress-spinner", "off",
)  # fmt: skip
TERMS: Final = (
    "Délais (docs/security.md)\u00a0: 3 jours si elle est critique ou utilisée, 14 si elle est grave, 60 sinon."
)
UNHEARD: Final = 2  # exit status


def main() -> None:
    tool, *arguments = COMMAND
    done = subprocess.run(  # noqa: S603 - our own command
        [str(VENV / "bin" / tool), *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    try:
        components = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        components = []
    sentences, status = judged(components)
    for sentence in sentences:
        say(sentence)
    sys.exit(status)


def judged(components: list[dict[str, Any]]) -> tuple[list[str], int]:
    """What to say of pip-audit's `dependencies`, and the exit status: 0 nothing known, 1 something, 2 not all heard."""
    holes = [_words(one, hole) for one in components for hole in one.get("vulns", [])]
    sentences = [*holes, TERMS] if holes else []
    unheard = sum("skip_reason" in one for one in components)
    if unheard or not components:
        what = f"{unheard} composants sur {len(components)}" if components else "tous les composants"
        return [
            *sentences,
            f"Le service des vulnérabilités n’a rien dit de {what}{NBSP}: rien n’est prouvé.",
        ], UNHEARD
    return sentences or [f"{len(components)} composants, aucune vulnérabilité connue."], int(bool(holes))


def _words(component: dict[str, Any], hole: dict[str, Any]) -> str:
    mend = ", ".join(hole["fix_versions"]) or "rien encore"
    return f"{component['name']} {component['version']}{NBSP}: {hole['id']}, corrigée par {mend}."


if __name__ == "__main__":
    main()
