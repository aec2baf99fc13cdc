"""Which pods belong to the components of a mesh."""

from service_mesh.mesh.component_pods import component_of_pod, pods_of_component
from service_mesh.mesh.components import components
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import POD
from tests.support.scene import scene

ISTIOD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  selector: {matchLabels: {app: istiod}}
  template: {metadata: {labels: {app: istiod}}, spec: {containers: []}}
"""


def pod(title: str, more: str = "", phase: str = "Running") -> str:
    """A pod with istiod's label."""
    namespace, _, name = title.partition("/")
    metadata = f"{{name: {name}, namespace: {namespace}, labels: {{app: istiod}}{more}}}"
    state = f"spec: {{containers: []}}\nstatus: {{phase: {phase}}}"
    return f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\n{state}\n"


def names(mesh: MeshView) -> list[str]:
    (istiod,) = components(mesh)
    return [found.name for found in pods_of_component(mesh, istiod)]


def test_pods_are_found_by_selector_and_ordered_by_name() -> None:
    mesh = scene(ISTIOD, pod("istio-system/istiod-b"), pod("istio-system/istiod-a"))
    assert names(mesh) == ["istiod-a", "istiod-b"]
    (istiod,) = components(mesh)
    assert [component_of_pod(mesh, one) for one in mesh.of_kind(POD)] == [istiod, istiod]


def test_pods_elsewhere_and_those_that_end_are_none_of_it() -> None:
    ending = pod("istio-system/istiod-c", ", deletionTimestamp: '2026-11-20T11:00:00Z'")
    mesh = scene(ISTIOD, pod("shop/istiod-b"), ending, pod("istio-system/istiod-d", phase="Failed"))
    assert names(mesh) == []
    assert [component_of_pod(mesh, one) for one in mesh.of_kind(POD)] == [None, None, None]


def test_deployment_without_selector_has_no_pods() -> None:
    mesh = scene(ISTIOD.replace("{matchLabels: {app: istiod}}", "{}"), pod("istio-system/istiod-a"))
    assert names(mesh) == []
