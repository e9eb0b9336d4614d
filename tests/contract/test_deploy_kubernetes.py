"""The manifests for Kubernetes in deploy/kubernetes/."""

from pathlib import Path

import pytest

from tests.contract.kubernetes_types import faults
from tests.support.deploy_examples import USER, example, manifest, manifests
from tests.support.openapi_document import COMMITTED

ROOT = Path(__file__).parents[2]
PODS = (("Deployment", "directory"), ("Job", "directory-init"))


def test_manifests_have_the_members_that_kubernetes_knows() -> None:
    """Each member exists in the type of its kind, and none that is required is missing. The Cluster
    is a kind of CloudNativePG, whose types no package has.
    """
    checked = [each for each in manifests() if each["kind"] != "Cluster"]
    assert [fault for each in checked for fault in faults(each)] == []


@pytest.mark.parametrize(("kind", "name"), PODS)
def test_a_pod_has_no_more_rights_than_it_needs(kind: str, name: str) -> None:
    """No root, no capability, no token of the cluster, a root file system that may only be read."""
    pod = manifest(kind, name)["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    # A Service named directory would set variables that a server refuses.
    assert pod["enableServiceLinks"] is False
    security = pod["securityContext"]
    assert (security["runAsNonRoot"], security["runAsUser"]) == (True, USER)
    for container in (*pod.get("initContainers", ()), *pod["containers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]


def test_manifests_fit_together() -> None:
    """Labels, ports, names of services and secrets, and paths of probes."""
    deployment = manifest("Deployment", "directory")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    pod = deployment["spec"]["template"]["spec"]
    (server,) = pod["containers"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert manifest("Service", "directory")["spec"]["selector"] == labels
    for kind, member in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        assert manifest(kind, "directory")["spec"][member]["matchLabels"] == labels
    assert server["ports"] == [{"name": "http", "containerPort": 8000}]
    documented = COMMITTED["paths"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert server[probe]["httpGet"]["port"] == "http"
        assert server[probe]["httpGet"]["path"] in documented
    assert server["readinessProbe"]["httpGet"]["path"] == "/readyz"
    cluster = manifest("Cluster", "directory-db")
    (secret,) = (each["secret"] for each in pod["volumes"] if "secret" in each)
    assert secret["secretName"] == f"{cluster['metadata']['name']}-app"
    assert secret["defaultMode"] == 0o440
    values = {each["name"]: each["value"] for each in server["env"]}
    assert values["DIRECTORY_DATABASE_URL"] == (
        "postgresql://directory@directory-db-rw,directory-db-ro/directory"
    )


def test_a_job_creates_the_directory_that_the_servers_serve() -> None:
    """Once, and the Service sends it nothing; a server never creates one."""
    job = manifest("Job", "directory-init")
    labels = job["spec"]["template"]["metadata"]["labels"]
    assert labels != manifest("Service", "directory")["spec"]["selector"]
    assert (
        manifest("NetworkPolicy", "directory-init")["spec"]["podSelector"]["matchLabels"] == labels
    )
    allowed = manifest("NetworkPolicy", "directory-db")["spec"]["ingress"][0]["from"]
    assert {"podSelector": {"matchLabels": labels}} in allowed
    # Otherwise what applies the manifests again would fill a database that was emptied.
    assert "ttlSecondsAfterFinished" not in job["spec"]
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["init"]
    values = {each["name"]: each["value"] for each in container["env"]}
    assert values["DIRECTORY_DATABASE_URL"] == "postgresql://directory@directory-db-rw/directory"


def test_every_example_of_a_database_waits_for_one_standby() -> None:
    """ANY 1: no failover loses a write that was acknowledged."""
    assert manifest("Cluster", "directory-db")["spec"]["postgresql"]["synchronous"] == {
        "method": "any",
        "number": 1,
        "dataDurability": "required",
    }
    assert "synchronous_standby_names = 'ANY 1 (*)'" in example("postgres/primary.sh")
