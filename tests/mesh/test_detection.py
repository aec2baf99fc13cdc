"""Which releases objects show."""

import pytest

from service_mesh.mesh.detection import detect
from service_mesh.model.kinds import (
    CONFIG_MAP,
    CUSTOM_RESOURCE_DEFINITION,
    DEPLOYMENT,
    HELM_RELEASE,
    ISTIO_OPERATOR,
    SAIL_ISTIO,
)
from tests.support.scene import scene

_KINDS = (SAIL_ISTIO, ISTIO_OPERATOR, HELM_RELEASE, CONFIG_MAP, DEPLOYMENT, CUSTOM_RESOURCE_DEFINITION)


def istiod(image: str, revision: str = "default") -> str:
    return f"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: istiod-{revision}
          namespace: istio-system
          labels: {{app: istiod, istio.io/rev: {revision}}}
        spec: {{template: {{spec: {{containers: [{{name: discovery, image: "{image}"}}]}}}}}}
    """


INJECTOR = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: istio-sidecar-injector, namespace: istio-system, labels: {istio.io/rev: default}}
    data: {values: '{"global": {"tag": "1.25.1"}}'}
"""
OPERATOR = """
    apiVersion: install.istio.io/v1alpha1
    kind: IstioOperator
    metadata: {name: one}
    spec: {tag: 1.24.0-distroless}
"""
SAIL = """
    apiVersion: sailoperator.io/v1
    kind: Istio
    metadata: {name: default}
    spec: {version: v1.27-latest}
"""
HELM = """
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: istiod, namespace: istio-system}
    spec: {chart: {spec: {chart: istiod, version: 1.28.*}}}
"""
DEFINITION = """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: gateways.gateway.networking.k8s.io
      annotations:
        gateway.networking.k8s.io/bundle-version: v1.3.0
        gateway.networking.k8s.io/channel: experimental
"""


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([istiod("docker.io/istio/pilot:1.26.2")], [("istio", "1.26")]),
        ([istiod("registry:5000/istio/pilot:1.26.2-distroless@sha256:ab")], [("istio", "1.26")]),
        ([istiod("istio/pilot:latest")], []),
        ([istiod("istio/pilot")], []),
        ([INJECTOR], [("istio", "1.25")]),
        ([OPERATOR], [("istio", "1.24")]),
        ([SAIL], [("istio", "1.27")]),
        ([HELM], [("istio", "1.28")]),
        ([HELM.replace("chart: istiod", "chart: base")], []),
        ([istiod("p:1.27.0", "canary"), istiod("p:1.26.0")], [("istio", "1.26")]),
        ([OPERATOR, istiod("p:1.26.0")], [("istio", "1.26")]),
        ([DEFINITION], [("gateway_api", "1.3-experimental")]),
        ([DEFINITION.replace("channel: experimental", "channel: odd")], [("gateway_api", "1.3")]),
        ([INJECTOR.replace('{"global": {"tag": "1.25.1"}}', "[")], []),
    ],
)
def test_release_is_read_where_it_is_shown(documents: list[str], expected: list[tuple[str, str]]) -> None:
    mesh = scene(*documents)
    resources = [resource for kind in _KINDS for resource in mesh.of_kind(kind)]
    assert [(found.project, found.version) for found in detect(resources)] == expected
