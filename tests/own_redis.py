"""The program of a Redis that a test starts for itself."""

import os
import shutil

import pytest


def redis_program() -> str:
    """Skips where it is not installed, but for the CI's round, where nothing may be left out."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("BROWSER") == "required":
            pytest.fail("redis-server is required and not installed")
        pytest.skip("redis-server is not installed")
    return program
