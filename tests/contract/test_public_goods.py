"""What those ask for who reuse or list public software: licences, publiccode.yml, the badge."""

import os
import re
import subprocess
import tomllib
from typing import Any

import yaml

from directory_api.text.translations import languages
from tests.support.programs import require
from tests.support.servers import ROOT

PUBLIC_CODE: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WATCH = (ROOT / ".github/workflows/vulnerabilities.yml").read_text(encoding="utf-8")
# The standard, version 0.4: https://yml.publiccode.tools/schema.core.html
MANDATORY = {
    *("publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus"),
    *("softwareType", "description", "legal", "maintenance", "localisation"),
}
OPTIONAL = {"softwareVersion", "releaseDate", "intendedAudience", "dependsOn"}
STATES = ("concept", "development", "beta", "stable", "obsolete")


def test_each_file_has_a_licence_and_an_owner() -> None:
    """`reuse lint` finds nothing to complain about."""
    # In a container the files may belong to another user, whose repository git would not read.
    trusted = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
    }
    done = subprocess.run(
        [require("reuse"), "lint", "--lines"],
        cwd=ROOT,
        env={**os.environ, **trusted},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_licence_of_the_code_is_the_same_everywhere() -> None:
    """In LICENSE, pyproject.toml, CITATION.cff, publiccode.yml and for REUSE."""
    annotations = tomllib.loads((ROOT / "REUSE.toml").read_text(encoding="utf-8"))["annotations"]
    licences = {each["SPDX-License-Identifier"] for each in annotations}
    assert {f"{each}.txt" for each in licences} == {
        path.name for path in (ROOT / "LICENSES").iterdir()
    }
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert annotations[0]["SPDX-License-Identifier"] == "MIT"
    assert {PROJECT["license"], citation["license"], PUBLIC_CODE["legal"]["license"]} == {"MIT"}
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_publiccode_has_what_the_standard_requires() -> None:
    """The mandatory keys, with values that are allowed; no key that the standard does not have."""
    assert PUBLIC_CODE.keys() >= MANDATORY
    assert PUBLIC_CODE.keys() <= MANDATORY | OPTIONAL
    assert PUBLIC_CODE["url"].startswith("https://")
    assert PUBLIC_CODE["developmentStatus"] in STATES
    assert PUBLIC_CODE["softwareType"] == "standalone/web"
    text = PUBLIC_CODE["description"]["en"]
    assert len(text["shortDescription"]) <= 150
    assert 150 <= len(text["longDescription"]) <= 10_000
    assert 5 <= len(text["features"]) <= 20
    assert all((ROOT / picture).is_file() for picture in text["screenshots"])
    assert PUBLIC_CODE["maintenance"]["type"] == "community"
    assert all(contact["name"] for contact in PUBLIC_CODE["maintenance"]["contacts"])


def test_publiccode_lists_the_languages_that_there_are() -> None:
    """Each file of texts for visitors, also of a language that is not offered yet."""
    files = {path.stem for path in (ROOT / "directory_api/text/locale").glob("*.json")}
    assert {*PUBLIC_CODE["localisation"]["availableLanguages"]} == files
    assert files >= {each.tag for each in languages()}


def test_placeholders_are_replaced_when_the_project_has_an_address() -> None:
    """pyproject.toml has no address yet. With one, publiccode.yml has the same, and a contact."""
    url, contacts = PUBLIC_CODE["url"], PUBLIC_CODE["maintenance"]["contacts"]
    is_placeholder = url.startswith("https://git.example.org/")
    assert is_placeholder is ("urls" not in PROJECT)
    assert is_placeholder is any("PLACEHOLDER" in contact["name"] for contact in contacts)
    assert is_placeholder or url in PROJECT["urls"].values()


def test_the_weekly_audit_reads_every_lock_file() -> None:
    """Those of Python and those of npm, which git knows."""
    listed = subprocess.run(
        [
            *("git", "-c", "safe.directory=*", "ls-files"),
            *("*requirements*.txt", "*package-lock.json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    locks = {name.removesuffix("/package-lock.json") for name in listed.stdout.split()}
    named = {
        word.rstrip(";")
        for loop in re.findall(r"for \w+ in (.+); do", WATCH)
        for word in loop.split()
    }
    assert named == locks


def test_each_action_of_a_workflow_is_fixed_to_a_commit() -> None:
    """By its hash, which cannot be moved as a tag can, with its version beside it. The project's
    own workflow is that of the same commit.
    """
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for used in re.findall(r"uses: (\S.*)", path.read_text(encoding="utf-8")):
            if not used.startswith("./.github/workflows/"):
                fixed = r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
                assert re.fullmatch(fixed, used), f"{path.name}: {used}"


def test_the_accessibility_statement_names_tests_that_exist() -> None:
    """Each file that is named is one of the browser tests of the pages, or has its whole path."""
    page = (ROOT / "docs/accessibility.md").read_text(encoding="utf-8")
    named = {*re.findall(r"[\w/]+\.py", page)}
    assert named
    browser = ROOT / "tests/features/pages/browser"
    assert [
        name for name in named if not any((at / name).is_file() for at in (browser, ROOT))
    ] == []
