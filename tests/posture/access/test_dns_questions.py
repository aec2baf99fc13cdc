"""Questions to DNS that Cilium's rules read: which names may be asked for."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.kubernetes.ends import of_workload
from service_mesh.posture.requests import HttpRequest
from tests.support.scene import deployment, scene, the

PLACES = "\n---\n".join(
    f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {one}}}\n" for one in ("shop", "kube-system")
)
POLICY = (
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: out, namespace: shop}}\n"
    "spec:\n  endpointSelector: {{matchLabels: {{app: web}}}}\n  egress:\n"
    "  - toEndpoints: [{{matchLabels: {{k8s:io.kubernetes.pod.namespace: kube-system, app: dns}}}}]\n"
    "    toPorts: [{{ports: [{{port: '53', protocol: ANY}}], rules: {{dns: [{{{rule}}}]}}}}]\n"
)


def asked(mesh: MeshView, name: str | None) -> Answer:
    client, server = of_workload(the(mesh, "shop/web")), of_workload(the(mesh, "kube-system/dns"))
    return answer(mesh, Call(client, server, 53, "UDP", None, HttpRequest(host=name)))


@pytest.mark.parametrize(
    ("rule", "name", "expected"),
    [
        ("matchPattern: '*'", None, Verdict.ALLOWED),
        ("matchName: api.example.com", "api.example.com", Verdict.ALLOWED),
        ("matchName: api.example.com", "other.example.com", Verdict.DENIED),
        ("matchPattern: '*.example.com'", "other.example.com", Verdict.ALLOWED),
        ("matchName: api.example.com", None, Verdict.UNKNOWN),
    ],
)
def test_rules_for_dns_are_about_the_name_that_is_asked_for(rule: str, name: str | None, expected: Verdict) -> None:
    found = asked(scene(PLACES, deployment("shop/web"), deployment("kube-system/dns"), POLICY.format(rule=rule)), name)
    assert found.verdict is expected
    needed = ("the name that DNS is asked for, as the host of the request",)
    assert found.missing == (needed if expected is Verdict.UNKNOWN else ())
