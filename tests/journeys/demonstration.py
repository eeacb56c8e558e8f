"""A running `bin/run` with data of its own."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demonstration:
    """Where it answers, and the environment that it runs in."""

    url: str
    bank: str
    environment: dict[str, str]

    def manage(self, *command: str) -> str:
        """A manage.py command on the same data, as ops would run it."""
        done = subprocess.run(
            [ROOT / ".venv/bin/python", "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout
