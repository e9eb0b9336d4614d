"""The examples in deploy/: valid, without more rights than they need, and true to the code."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import click
import jsonschema
import pytest
import yaml

from directory_api.cli import main
from directory_api.config import PREFIX, Settings, every_setting
from directory_api.store.sqlite.engine import SAFE_WAL
from directory_api.web.wsgi.application import Application
from tests.support.browser import serving_app
from tests.support.deploy_examples import DEPLOY, USER, compose, example, manifest
from tests.support.programs import require
from tests.support.static_hosts import UPSTREAM

ROOT = Path(__file__).parents[2]


def _instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Containerfile with their arguments."""
    text = re.sub(r"^#.*\n", "", example("Containerfile"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def _copied() -> list[Path]:
    """Return what the image takes from the checkout."""
    return [
        ROOT / source
        for word, rest in _instructions()
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]


SERVICES = sorted(compose()["services"])


def _settings() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the variables of each example."""
    for name, service in compose()["services"].items():
        yield f"compose.yaml {name}", service.get("environment", {})
    containers = manifest("Deployment", "directory")["spec"]["template"]["spec"]["containers"]
    yield "kubernetes", {each["name"]: each["value"] for each in containers[0]["env"]}
    for path in (DEPLOY / "settings.env", *sorted((DEPLOY / "systemd").iterdir())):
        pairs = re.findall(
            r"^(?:Environment=)?(DIRECTORY_\w+|PG\w+)=(.*)$", path.read_text("utf-8"), re.MULTILINE
        )
        yield path.name, dict(pairs)


@pytest.mark.needs("postgres", "pages", "desk", "static_site")
@pytest.mark.parametrize(
    "variables", [pytest.param(variables, id=name) for name, variables in _settings()]
)
def test_a_server_accepts_the_settings_of_each_example(
    variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each setting exists, and its value is valid; none has a password."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
        assert "password" not in value.lower() or value.startswith("/run/secrets/")
    settings = Settings.from_environment()
    names = {PREFIX + name.upper(): name for name in every_setting()}
    for name in variables.keys() & names:
        known = names[name]
        text = str(getattr(settings, known, None) or settings.of_feature(known))
        assert text in {variables[name], "True"}


def test_the_image_runs_without_root_and_names_its_base_by_a_version() -> None:
    """The last USER is a number other than 0, which Kubernetes can check."""
    instructions = _instructions()
    assert [rest for word, rest in instructions if word == "USER"] == [f"{USER}:{USER}"]
    assert f"--uid {USER} " in example("Containerfile")
    bases = [rest.split()[0] for word, rest in instructions if word == "FROM"]
    assert all(re.fullmatch(r"python:3\.\d+-slim", base) for base in bases)


def test_the_image_starts_a_command_that_exists() -> None:
    """With options that it has."""
    image = dict(_instructions())
    assert json.loads(image["ENTRYPOINT"]) == ["directory-api"]
    assert 'directory-api = "directory_api.__main__:main"' in (ROOT / "pyproject.toml").read_text()
    command, *options = json.loads(image["CMD"])
    with click.Context(main) as context:
        parsed = main.commands[command].make_context(command, options, parent=context)
    assert (parsed.params["host"], parsed.params["port"]) == ("0.0.0.0", 8000)
    assert image["EXPOSE"] == "8000"


def test_the_check_of_the_image_tells_a_server_from_none(app: Application) -> None:
    """HEALTHCHECK asks /livez: exit code 0 for 200, another without a server."""
    (_, rest) = next(pair for pair in _instructions() if pair[0] == "HEALTHCHECK")
    _, program, code = json.loads(rest.partition("CMD ")[2])
    assert program == "-c"
    assert "http://127.0.0.1:8000/livez" in code

    def status(origin: str) -> int:
        ask = code.replace("http://127.0.0.1:8000", origin)
        return subprocess.run(
            [sys.executable, "-c", ask], capture_output=True, check=False
        ).returncode

    with serving_app(app) as origin:
        assert status(origin) == 0
        assert status("http://127.0.0.1:1") != 0
        assert status(f"{origin}/no") != 0


@pytest.mark.needs("operations", "desk")
def test_the_command_for_a_container_checks_its_health_as_the_image_does() -> None:
    """An image in the format of OCI has no check, so docs/operating.md gives it to `run`. What is
    mounted is where the image writes, and each command exists.
    """
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    part = page.partition("\n## In a container\n")[2].partition("\n## ")[0]
    block = re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)[0]
    commands = [shlex.split(line) for line in block.replace("\\\n", " ").splitlines()]
    run = next(words for words in commands if "--detach" in words)
    (_, rest) = next(pair for pair in _instructions() if pair[0] == "HEALTHCHECK")
    check = json.loads(rest.partition("CMD ")[2])
    assert shlex.split(run[run.index("--health-cmd") + 1]) == check
    (volume,) = (rest for word, rest in _instructions() if word == "VOLUME")
    assert all(f"directory:{volume}" in words for words in commands if words[1] == "run")
    for words in commands:
        own = words[words.index("directory-api", 2) + 1 :] if words[1] in ("run", "exec") else []
        own = own[1:] if own[:1] == ["directory-api"] else own
        assert not own or own[0] in main.commands


def test_what_the_image_copies_is_enough_to_build_it(tmp_path: Path) -> None:
    """The wheel from these files alone has the data and the contract."""
    for path in _copied():
        assert path.exists(), path
        if path.is_dir():
            ignored = shutil.ignore_patterns("node_modules", "__pycache__")
            shutil.copytree(path, tmp_path / path.name, ignore=ignored)
        else:
            shutil.copy(path, tmp_path)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "out", "."]
    built = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = (tmp_path / "out").glob("*.whl")
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"directory_api/data/centres.json", "directory_api/openapi.yaml"} <= names


def test_the_builder_is_sent_only_what_the_image_copies() -> None:
    """.dockerignore leaves out all but that: neither secrets nor a database."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert patterns[0] == "*"
    wanted = {str(path.relative_to(ROOT)) for path in _copied()}
    assert {line[1:] for line in patterns if line.startswith("!")} == wanted


def test_the_image_has_what_the_examples_need() -> None:
    """PostgreSQL and what installs a checkout, in the versions of the tests."""

    def locked(path: Path) -> dict[str, str]:
        lines = path.read_text(encoding="utf-8").splitlines()
        return dict(line.split(" ")[0].split("==") for line in lines if "==" in line)

    image, tests = locked(DEPLOY / "requirements.txt"), locked(ROOT / "requirements-dev.txt")
    assert {"psycopg-binary", "brotli", "hatchling"} <= image.keys()
    assert image.items() <= tests.items()


def test_compose_yaml_is_valid() -> None:
    """By the schema of the Compose Specification."""
    vendored = files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json")
    schema = json.loads(vendored.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(compose())] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_more_rights_than_it_needs(name: str) -> None:
    """A root file system that may only be read, no capability, no new privilege, and a check."""
    service = compose()["services"][name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    # nginx starts as root to take port 443, and serves as another user; the image has its own.
    assert name == "proxy" or service["image"] == "directory-api" or service["user"] == "999:999"
    assert service["image"] == "directory-api" or service["healthcheck"]["test"]
    assert re.fullmatch(r"directory-api|[a-z/]+:[0-9.]+", service["image"])


def test_only_the_proxy_can_be_reached() -> None:
    """It publishes a port; what is not behind it is on a network without a way out."""
    project = compose()
    services = project["services"]
    assert [name for name, each in services.items() if "ports" in each] == ["proxy"]
    assert project["networks"]["back"]["internal"] is True
    in_front = {name for name, each in services.items() if "front" in each["networks"]}
    assert in_front == {"proxy", "server1", "server2"}
    assert "back" not in services["proxy"]["networks"]


def test_compose_yaml_creates_the_directory_only_when_it_is_told() -> None:
    """`up` leaves out what has a profile; the servers only serve."""
    services = compose()["services"]
    creating = [each for each in services.values() if "init" in each.get("command", ())]
    assert [(each["profiles"], each["restart"]) for each in creating] == [(["init"], "no")]


def test_what_compose_yaml_mounts_exists() -> None:
    """Files of this folder, volumes and secrets that are declared."""
    project = compose()
    for service in project["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in project["volumes"] or (DEPLOY / source).is_file()
        for secret in service.get("secrets", ()):
            name = secret["source"] if isinstance(secret, dict) else secret
            assert name in project["secrets"]
            assert project["secrets"][name]["file"].startswith("./secrets/")
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_proxy_of_compose_yaml_knows_both_servers(tmp_path: Path) -> None:
    """Its command puts them into nginx.conf, by the addresses that they have."""
    services = compose()["services"]
    _, _, script = services["proxy"]["command"]
    sed, and_then, start = script.partition("&& exec ")
    assert (and_then, start.split()[0]) == ("&& exec ", "nginx")
    written = tmp_path / "nginx.conf"
    command = sed.replace("/etc/nginx/nginx.conf.in", shlex.quote(str(DEPLOY / "nginx.conf")))
    command = command.replace("/tmp/nginx.conf", shlex.quote(str(written)))
    subprocess.run(["sh", "-c", command], check=True)
    addresses = [
        services[name]["networks"]["front"]["ipv4_address"] for name in ("server1", "server2")
    ]
    expected = example("nginx.conf").replace(
        UPSTREAM,
        " ".join(f"server {address}:8000;" for address in addresses),
    )
    assert written.read_text(encoding="utf-8") == expected != example("nginx.conf")


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """Each unit, for one server and with replica.conf; the command is one that this machine has."""
    analyze = str(require("systemd-analyze"))
    units = []
    for path in sorted((DEPLOY / "systemd").iterdir()):
        text = path.read_text(encoding="utf-8").replace(
            "/opt/directory-api/bin/directory-api", sys.executable
        )
        for folder in ("one", "many"):
            (tmp_path / folder).mkdir(exist_ok=True)
            if path.suffix != ".conf":
                (tmp_path / folder / path.name).write_text(text, encoding="utf-8")
                units.append(tmp_path / folder / path.name)
                if path.suffix == ".service" and folder == "many":
                    drop_in = tmp_path / folder / f"{path.name}.d"
                    drop_in.mkdir()
                    shutil.copy(DEPLOY / "systemd/replica.conf", drop_in)
    for folder in ("one", "many"):
        verified = subprocess.run(
            [analyze, "verify", "--man=no", *(str(path) for path in units if folder in path.parts)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


SERVICE_UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", SERVICE_UNITS)
@pytest.mark.parametrize("servers", ["one", "many"])
def test_a_unit_may_do_little_else_than_its_work(unit: str, servers: str, tmp_path: Path) -> None:
    """systemd-analyze finds an exposure below 3.0 of 10, also with replica.conf."""
    analyze = str(require("systemd-analyze"))
    text = example(f"systemd/{unit}").replace("/opt/directory-api/bin/directory-api", "/bin/true")
    (tmp_path / unit).write_text(text, encoding="utf-8")
    if servers == "many":
        (tmp_path / f"{unit}.d").mkdir()
        shutil.copy(DEPLOY / "systemd/replica.conf", tmp_path / f"{unit}.d")
    analysed = subprocess.run(
        [
            *(analyze, "security", "--offline=true", "--threshold=30", "--no-pager"),
            str(tmp_path / unit),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert analysed.returncode == 0, analysed.stdout + analysed.stderr
    assert "Overall exposure level" in analysed.stdout


def test_the_operator_learns_of_each_unit_that_fails() -> None:
    """By one more unit, which says nothing of itself."""
    telling = "directory-api-failed@.service"
    for unit in SERVICE_UNITS:
        lines = example(f"systemd/{unit}").splitlines()
        told = "OnFailure=directory-api-failed@%N.service" in lines
        assert told is (unit != telling), unit


@pytest.mark.needs("operations", "desk", "static_site")
def test_each_unit_runs_a_command_that_exists() -> None:
    """And each timer has its service."""
    units = {path.name: path.read_text("utf-8") for path in (DEPLOY / "systemd").iterdir()}
    run = {
        command
        for name, text in units.items()
        if name.endswith(".service")
        for command in re.findall(r"bin/directory-api (\S+)", text)
    }
    assert run <= main.commands.keys()
    timers = {name for name in units if name.endswith(".timer")}
    assert {name.replace(".timer", ".service") for name in timers} <= units.keys()
    # The server creates no directory; what does is started once by hand.
    assert "[Install]" not in units["directory-api-init.service"].splitlines()


@pytest.mark.needs("static_site")
def test_nginx_has_the_helplines_of_now_while_the_server_is_down() -> None:
    """A timer writes its error pages each minute, into the folder that nginx takes them from, and
    `doctor` looks at it. A start without a server and the time between two runs are within it.
    """
    folders = set(re.findall(r"root (/srv/\S+)/current;", example("nginx.conf")))
    (command,) = re.findall("^ExecStart=.* publish (.*)$", _unit("publish.service"), re.MULTILINE)
    (folder,) = folders
    assert command.split()[:2] == [folder, "--error-pages"]
    # It may run between two steps of an update.
    assert "\nEnvironment=DIRECTORY_READ_ONLY=on\n" in _unit("publish.service")
    assert f"\nDIRECTORY_ERROR_PAGES={folder}\n" in example("settings.env")
    timer = _unit("publish.timer")
    for name in ("OnActiveSec", "OnUnitInactiveSec"):
        (seconds,) = re.findall(rf"^{name}=(\d+)s$", timer, re.MULTILINE)
        assert int(seconds) < 60
    (loop,) = compose()["services"]["publisher"]["command"]
    assert f"publish {folder} --error-pages " in loop
    assert int(re.findall(r"sleep (\d+)", loop)[0]) < 60


def _unit(name: str) -> str:
    return example(f"systemd/directory-api-{name}")


def test_each_unit_and_the_command_read_the_same_settings() -> None:
    """What is written there holds over what a unit says; its database is that of the command."""
    command = example("directory-api")
    for path in (DEPLOY / "systemd").glob("*.service"):
        text = path.read_text(encoding="utf-8")
        if database := re.search(r"^Environment=(DIRECTORY_DATABASE_URL=.*)\n", text, re.MULTILINE):
            assert f"{database[0]}EnvironmentFile=-/etc/directory-api/settings.env\n" in text
            assert f"\n{database[1]}\n" in command
    assert ". /etc/directory-api/settings.env\n" in command
    assert "runuser -u directory-api -- /opt/directory-api/bin/directory-api" in command
    assert (DEPLOY / "directory-api").stat().st_mode & 0o111


def test_litestream_copies_the_database_of_the_unit_and_says_its_condition() -> None:
    """SQLite older than 3.51.3 can damage the write-ahead log that Litestream switches on."""
    text = example("litestream.yml")
    (database,) = yaml.safe_load(text)["dbs"]
    unit = example("systemd/directory-api.service")
    assert f"Environment=DIRECTORY_DATABASE_URL=sqlite:///{database['path']}\n" in unit
    assert ".".join(map(str, SAFE_WAL)) in text
