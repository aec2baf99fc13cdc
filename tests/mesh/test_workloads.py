"""What runs, counted once, and what is known of it."""

import pytest

from service_mesh.mesh.workloads import pods_of, workload_of, workloads, workloads_in
from service_mesh.model.kinds import POD, REPLICA_SET
from tests.support.scene import deployment, scene, the

OWNED = """
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-1
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u, controller: true}]
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1-x
  namespace: shop
  labels: {app: web}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: u, controller: true}]
spec: {containers: []}
"""


def test_deployment_its_replica_set_and_its_pod_are_one_workload() -> None:
    mesh = scene(deployment("shop/web"), OWNED)
    assert [workload.title for workload in workloads(mesh)] == ["Deployment shop/web"]
    assert [pod.name for pod in pods_of(mesh, the(mesh, "shop/web"))] == ["web-1-x"]
    for kind in (POD, REPLICA_SET):
        owned = workload_of(mesh, mesh.of_kind(kind)[0])
        assert owned is the(mesh, "shop/web")


def test_pod_whose_replica_set_was_not_saved_belongs_to_the_deployment_that_its_hash_tells() -> None:
    pod = OWNED.partition("---")[2]
    hashed = pod.replace("labels: {app: web}", "labels: {app: web, pod-template-hash: '1'}")
    titles = [sorted(w.title for w in workloads(scene(deployment("shop/web"), one))) for one in (hashed, pod)]
    assert titles == [["Deployment shop/web"], ["Deployment shop/web", "Pod shop/web-1-x"]]


def test_object_whose_maker_is_not_loaded_stands_for_itself() -> None:
    mesh = scene(OWNED)
    assert [workload.title for workload in workloads(mesh)] == ["ReplicaSet shop/web-1"]


@pytest.mark.parametrize(
    ("kind", "version", "spec"),
    [
        ("Pod", "v1", ""),
        ("Deployment", "apps/v1", "template"),
        ("StatefulSet", "apps/v1", "template"),
        ("DaemonSet", "apps/v1", "template"),
        ("ReplicaSet", "apps/v1", "template"),
        ("Job", "batch/v1", "template"),
        ("CronJob", "batch/v1", "jobTemplate.spec.template"),
        ("Rollout", "argoproj.io/v1alpha1", "template"),
    ],
)
def test_every_kind_of_pod_template_is_a_workload(kind: str, version: str, spec: str) -> None:
    pod = "metadata: {name: web, namespace: shop, labels: {app: web}, annotations: {a: b}}\n"
    ports = "ports: [{name: p, containerPort: 81}]"
    body = f"spec: {{serviceAccountName: robot, hostNetwork: true, containers: [{{name: c, {ports}}}]}}"
    text = pod + body
    for step in reversed(spec.split(".") if spec else []):
        text = f"{step}:\n" + "\n".join(f"  {line}" for line in text.split("\n"))
    if spec:
        inner = "\n".join(f"  {line}" for line in text.split("\n"))
        text = f"metadata: {{name: web, namespace: shop}}\nspec:\n{inner}"
    mesh = scene(f"apiVersion: {version}\nkind: {kind}\n{text}\n")
    web = the(mesh, "shop/web")
    assert (dict(web.labels), dict(web.annotations)) == ({"app": "web"}, {"a": "b"})
    assert (web.service_account, web.uses_host_network, web.port_number("p")) == ("robot", True, 81)


def test_workload_entry_takes_labels_of_metadata_and_of_spec_which_win() -> None:
    entry = """
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: vm, namespace: shop, labels: {app: old, team: a}}
        spec: {address: 10.0.0.1, serviceAccount: robot, labels: {app: vm}}
    """
    vm = the(scene(entry), "shop/vm")
    assert (dict(vm.labels), vm.service_account, vm.is_machine) == ({"app": "vm", "team": "a"}, "robot", True)


def test_workload_group_carries_labels_and_account_of_its_entries() -> None:
    group = """
        apiVersion: networking.istio.io/v1
        kind: WorkloadGroup
        metadata: {name: vms, namespace: shop}
        spec: {metadata: {labels: {app: vm}}, template: {serviceAccount: robot}}
    """
    vms = the(scene(group), "shop/vms")
    assert (dict(vms.labels), vms.service_account) == ({"app": "vm"}, "robot")


def test_init_container_that_stays_is_among_the_containers() -> None:
    pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          initContainers: [{name: once}, {name: istio-proxy, restartPolicy: Always}]
          containers: [{name: app}]
    """
    web = the(scene(pod), "shop/web")
    assert web.container("istio-proxy") is not None
    assert web.container("once") is None
    assert web.service_account == "default"


def test_workloads_are_found_by_namespace_and_cluster() -> None:
    mesh = scene(deployment("shop/web"), deployment("bank/web"))
    assert [workload.title for workload in workloads_in(mesh, "bank")] == ["Deployment bank/web"]
    assert workloads_in(mesh, "bank", "east") == ()
