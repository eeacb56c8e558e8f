"""What .dockerignore leaves is a whole production: the tree is copied as the image has it, and booted."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import psycopg
import pytest
from at_once import needs_postgresql
from django.conf import settings
from django.db import connection
from production import SAFE_PRODUCTION

ROOT = Path(settings.BASE_DIR)
IGNORED = [
    line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")
]
OURS = {
    "SECRET_KEY_FALLBACKS",
    "DEMO",
    "DEBUG",
    "SERVING_ROLE",
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # the browser tests set it, in the same process
}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def left_out(folder: str, names: list[str]) -> set[str]:
        """A pattern counts at the top alone, unless it begins with « **/ »: as docker reads it."""
        patterns = [one.removeprefix("**/") for one in IGNORED if Path(folder) == ROOT or one.startswith("**/")]
        return {name for name in names if any(fnmatch(name, pattern) for pattern in patterns)}

    made = tmp_path_factory.mktemp("image") / "app"
    shutil.copytree(ROOT, made, ignore=left_out)
    return made


def run(image: Path, *arguments: str, **variables: str) -> str:
    """What a process of the image prints."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    environment = {**kept, **SAFE_PRODUCTION, "PHOTOS_DIR": "", **variables}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=image, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_boots_without_demonstration_test_bank_and_tests(image: Path) -> None:
    left = {path.name for path in image.iterdir()}
    assert not left & {"demo", "testbank", "bench", "tests", "docs", "bin", ".git", ".venv", "var"}
    assert {"manage.py", "pretgage", "web", "templates", "static", "LICENSE"} <= left
    run(image, "manage.py", "collectstatic", "--noinput")
    boot = "import django; django.setup(); import pretgage.urls, pretgage.celery; from django.conf import settings; "
    boot += "print([app for app in settings.INSTALLED_APPS if app in ('demo', 'testbank')])"
    said = run(image, "-c", boot, DJANGO_SETTINGS_MODULE="pretgage.settings")
    assert said.strip() == "[]"


@needs_postgresql
class TestOnPostgresql:
    @pytest.fixture
    def empty_database(self) -> Iterator[str]:
        """The address of one, made beside that of the tests."""
        name = f"image_{os.getpid()}"
        facts = connection.settings_dict
        server = f"postgresql://{facts['USER']}@{facts['HOST']}:{facts['PORT'] or 5432}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as owner:
            owner.execute(f'CREATE DATABASE "{name}"')
            yield f"{server}/{name}"
            owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def test_it_migrates_and_takes_an_establishment(self, image: Path, empty_database: str, tmp_path: Path) -> None:
        """The file is given from elsewhere: that of the demonstration, its bank closed."""
        shutil.copy(ROOT / "demo/establishments/nantes.svg", tmp_path)
        words = (ROOT / "demo/establishments/nantes.toml").read_text("utf-8")
        file = tmp_path / "mine.toml"
        file.write_text(words.replace('gateway = "systempay"', 'gateway = "none"'), "utf-8")
        run(image, "manage.py", "migrate", DATABASE_URL=empty_database)
        run(image, "manage.py", "load_establishment", str(file), DATABASE_URL=empty_database)
        run(image, "manage.py", "check", "--deploy", "--fail-level", "ERROR", DATABASE_URL=empty_database)
        run(image, "-c", "import pretgage.wsgi", DATABASE_URL=empty_database)
