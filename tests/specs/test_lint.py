"""The specifications in the eyes of others: openapi-spec-validator, and redocly where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename

from specs import PROVIDERS

SPECS = Path(__file__).parent.parent.parent / "specs"
REDOCLY = shutil.which("redocly")


@pytest.mark.parametrize("provider", [*PROVIDERS, "control"])
def test_the_document_is_valid_openapi(provider: str) -> None:
    document, address = read_from_filename(str(SPECS / provider / "openapi.yaml"))

    validate(document, base_uri=address)


@pytest.mark.skipif(REDOCLY is None, reason="redocly is not installed (npm install -g @redocly/cli)")
@pytest.mark.parametrize("provider", [*PROVIDERS, "control"])
def test_redocly_finds_neither_errors_nor_warnings(provider: str) -> None:
    command = [str(REDOCLY), "lint", "--config", str(SPECS / "redocly.yaml"), "--format=json"]

    done = subprocess.run(
        [*command, str(SPECS / provider / "openapi.yaml")], capture_output=True, text=True, check=False
    )

    found = json.loads(done.stdout[done.stdout.index("{") :])
    assert found["problems"] == []
    assert done.returncode == 0
