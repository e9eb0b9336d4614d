"""The rules, the dashboard and docs/watching.md fit what servers really measure."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from tests.support.deploy_examples import DEPLOY
from tests.support.maintainer_app import create_maintainer_app
from tests.support.programs import require

NEEDS = ("pages",)
PROMETHEUS = DEPLOY / "prometheus"
RULES = PROMETHEUS / "rules.yml"
RULE_TESTS = PROMETHEUS / "rules.test.yml"
DASHBOARD = DEPLOY / "grafana/directory.json"
PAGE = (DEPLOY.parent / "docs/watching.md").read_text(encoding="utf-8")
# Prometheus adds these to every metric.
OF_PROMETHEUS = {"job", "instance"}
# Of Prometheus itself, and of blackbox_exporter.
OF_OTHERS = dict.fromkeys(
    ("up", "probe_success", "probe_duration_seconds", "probe_ssl_earliest_cert_expiry"),
    OF_PROMETHEUS,
)
# What comes with Grafana.
PANELS = {"row", "stat", "timeseries", "bargauge"}
_SUFFIXES = ("_bucket", "_count", "_sum")


@dataclass
class Measured:
    """A metric: its type, and the labels of its samples."""

    type: str
    labels: set[str] = field(default_factory=set)


def _families(text: str) -> Iterator[tuple[str, Measured]]:
    for family in text_string_to_metric_families(text):
        total = "_total" if family.type == "counter" else ""
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert family.samples, family.name
        yield family.name + total, Measured(family.type, labels)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Measured]:
    """Every metric that a server can have, by its name."""
    folder = tmp_path_factory.mktemp("measured")
    app = create_maintainer_app(folder, review="on")
    phones = [{"number": "+3225116465", "kind": "main", "hours": "24/7"}]
    assert (
        app.write("PATCH", "/v1/records/centres/pag-asa", json={"phones": phones}).status_code
        == 202
    )
    return dict(_families(app.app.test_client().get("/metrics").text))


def _rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in _rules() if "alert" in rule}


def _panels() -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return panels


def _expressions() -> dict[str, str]:
    """Return every expression of the rules and of the dashboard, by where it is."""
    rules = {
        f"rule {number}: {rule.get('alert') or rule['record']}": rule["expr"]
        for number, rule in enumerate(_rules())
    }
    targets = {
        f"panel {panel['title']} {target['refId']}": target["expr"]
        for panel in _panels()
        for target in panel.get("targets", ())
    }
    return {**rules, **targets}


EXPRESSIONS = _expressions()


def _promtool(*arguments: object) -> None:
    words = [str(require("promtool")), *map(str, arguments)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_promtool_accepts_the_rules_and_the_configuration() -> None:
    """With the rules that the configuration names."""
    _promtool("check", "rules", RULES)
    _promtool("check", "config", PROMETHEUS / "prometheus.yml")


def test_the_rules_pass_their_tests() -> None:
    """Which say when each alert fires, and with which words."""
    _promtool("test", "rules", RULE_TESTS)


@pytest.mark.parametrize("alert", sorted(_alerts()))
def test_each_alert_is_tested_to_fire_and_not_to_fire(alert: str) -> None:
    """It does not fire while all is well either."""
    tests = yaml.safe_load(RULE_TESTS.read_text(encoding="utf-8"))["tests"]
    expected = [
        (bool(each.get("exp_alerts")), test["name"])
        for test in tests
        for each in test["alert_rule_test"]
        if each["alertname"] == alert
    ]
    assert {fires for fires, _ in expected} == {True, False}
    assert (False, "While all is well no alert fires, also not after hours") in expected


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_an_expression_reads_what_is_measured(where: str, measured: Mapping[str, Measured]) -> None:
    """Each metric exists, and so does each label that selects or groups its series."""
    expression = EXPRESSIONS[where]
    recorded = {rule["record"] for rule in _rules() if "record" in rule}
    bare = re.sub(r"\{[^}]*\}|\"[^\"]*\"", "", expression)
    for name in re.findall(r"\bdirectory:[\w:]+", bare):
        assert name in recorded, name
    names = re.findall(r"(?<![:\w])(?:directory_\w+|up|probe_\w+)\b", bare)
    labels = set(OF_PROMETHEUS) | {"le", "slo"}
    for name in names:
        labels |= OF_OTHERS.get(name) or _measured(measured, name).labels
    assert names or "directory:" in bare
    for name, matchers in re.findall(r"(directory_\w+|up|probe_\w+)\{([^}]*)\}", expression):
        own = OF_OTHERS.get(name) or (_measured(measured, name).labels | OF_PROMETHEUS)
        own |= {"le"} if name.endswith("_bucket") else set()
        assert {*re.findall(r"(\w+)(?:=~|!~|!=|=)", matchers)} <= own, matchers
    for grouped in re.findall(r"\b(?:by|on|without|ignoring) \(([\w, ]*)\)", expression):
        assert {*re.findall(r"\w+", grouped)} <= labels, grouped


def _measured(measured: Mapping[str, Measured], name: str) -> Measured:
    """Return the metric of a name in an expression; of a histogram that of its family."""
    family = next(
        (name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name
    )
    found = measured.get(name) or measured.get(family)
    assert found, f"{name} is not measured"
    assert name in measured or found.type == "histogram"
    return found


def test_values_of_labels_are_those_that_are_measured(tmp_path: Path) -> None:
    """Routes, tasks, words of freshness: a wrong one would select nothing, in silence."""
    from directory_api.features.operations.last_runs import TASKS
    from directory_api.record.vocabulary import FRESHNESS
    from directory_api.web.wsgi.metrics import BUCKETS

    app = create_maintainer_app(tmp_path).app
    known = {
        "route": {rule.rule for part in app.every_part() for rule in part.url_map.iter_rules()},  # type: ignore[attr-defined]
        "task": {*TASKS},
        "freshness": {*FRESHNESS},
        "le": {*map(str, BUCKETS)},
    }
    for expression in EXPRESSIONS.values():
        for label, values in re.findall(r'(\w+)(?:=~|!~|!=|=)"([^"]*)"', expression):
            if label in known:
                assert {*values.split("|")} <= known[label], values


def test_the_page_lists_each_metric_with_its_type_and_labels(
    measured: Mapping[str, Measured],
) -> None:
    """And no other one."""
    rows = re.findall(r"^\| `(directory_\w+)` \| (\w+) \| ([\w, ]*)\|", PAGE, re.MULTILINE)
    listed = {name: Measured(kind, {*re.findall(r"\w+", labels)}) for name, kind, labels in rows}
    assert listed == measured
    for name in re.findall(r"`(directory_[a-z_]+)`", PAGE):
        assert name in measured, name


def test_each_alert_has_its_section_and_each_section_its_alert() -> None:
    """The link of the alert leads there."""
    alerts = _alerts()
    sections = dict(re.findall(r"^### (Directory\w+)\n\n(.*?)(?=^#|\Z)", PAGE, re.M | re.S))
    assert {*sections} == {*alerts}
    for name, alert in alerts.items():
        link = alert["annotations"]["runbook_url"]
        assert link == f"https://docs.example.org/watching.html#{name.lower()}"
        assert f"Severity: {alert['labels']['severity']}." in sections[name]


def test_the_page_has_the_objective_of_each_alert() -> None:
    """The permitted errors are what the percentage leaves, in the order of the rules."""
    slow = [alert["expr"] for name, alert in _alerts().items() if name.endswith("BudgetSlow")]
    permitted = [re.findall(r"> ([0-9.]+)$", each, re.MULTILINE)[-1] for each in slow]
    permitted += re.findall(r"> ([0-9.]+)$", _alerts()["DirectoryRecordsUnconfirmed"]["expr"])
    objectives = re.findall(r"^\| ([0-9.]+) % ", PAGE, re.MULTILINE)
    assert [*map(float, permitted)] == [round(1 - float(each) / 100, 6) for each in objectives]


def test_grafana_needs_no_plug_in_for_the_dashboard(tmp_path: Path) -> None:
    """Its panels come with Grafana and ask the Prometheus that is chosen; promtool parses each
    expression.
    """
    panels = _panels()
    assert {panel["type"] for panel in panels} == PANELS
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        for target in panel.get("targets", ()):
            assert target["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    records = [
        {"record": f"panel:{number}", "expr": expression}
        for number, expression in enumerate(EXPRESSIONS.values())
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": records}]}))
    _promtool("check", "rules", file)


def test_the_modules_of_blackbox_exporter_find_the_numbers(app: Flask) -> None:
    """Each at its address, with the headers that it sends; and not where a number is another."""
    modules = yaml.safe_load((PROMETHEUS / "blackbox.yml").read_text("utf-8"))["modules"]
    jobs = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    (probe,) = (job for job in jobs if job["job_name"] == "directory-probe")
    asked = {each["labels"]["__param_module"]: each["targets"] for each in probe["static_configs"]}
    assert asked.keys() == modules.keys()
    for module, targets in asked.items():
        http = modules[module]["http"]
        needed = http["fail_if_body_not_matches_regexp"]
        wrong = http.get("fail_if_body_matches_regexp", [])
        for target in targets:
            url = urlsplit(target)
            path = f"{url.path}?{url.query}"
            body = app.test_client().get(path, headers=http["headers"]).text
            assert url.scheme == "https"
            assert not any(re.search(pattern, body) for pattern in wrong)
            assert all(re.search(pattern, body) for pattern in needed)
            for number in ("112", "3278055800"):
                other = body.replace(number, "113")
                assert not all(re.search(pattern, other) for pattern in needed)
            for number in ("113", "11", "1123", "911") if wrong else ():
                other = body.replace('"112"', f'"{number}"')
                assert any(re.search(pattern, other) for pattern in wrong)
