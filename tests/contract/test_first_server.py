"""What `make first-server` follows: the commands for a first server, and for an update."""

import re
import subprocess
from pathlib import Path

import pytest

from directory_api.cli import main
from tests.support.deploy_examples import DEPLOY
from tools.first_server.page import (
    FIRST,
    OPERATIONS,
    UPDATE,
    blocks,
    needs_network,
    without_installing,
)

NEEDS = ("operations", "desk", "static_site")

ROOT = Path(__file__).parents[2]
ALL = [*blocks(FIRST), *blocks(UPDATE, OPERATIONS)]


def test_an_update_without_what_it_installs_installs_nothing() -> None:
    """The first block updates, and the second goes back."""
    update, back = blocks(UPDATE, OPERATIONS)
    assert needs_network(update)
    assert not needs_network(without_installing(update))
    assert "directory-api upgrade" in without_installing(update)
    assert "restore-backup" in back


@pytest.mark.parametrize("block", ALL, ids=[block.split()[0] for block in ALL])
def test_each_block_is_shell_and_names_what_exists(block: str) -> None:
    """Files of deploy/, units and commands of the product."""
    subprocess.run(["bash", "-n"], input=block, text=True, check=True)
    for path in re.findall(r"deploy/[\w./*-]+", block):
        assert [*ROOT.glob(path)], path
    units = {path.stem for path in (DEPLOY / "systemd").iterdir()}
    assert set(re.findall(r"\bdirectory-api-[a-z-]+\b", block)) <= units
    assert set(re.findall(r"^directory-api ([a-z-]+)", block, re.MULTILINE)) <= {*main.commands}
