"""How Istio was installed, from every form in which that is given."""

import pytest

from service_mesh.engine.world import generations
from service_mesh.mesh.installation import installation, installations
from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.view import Complete
from service_mesh.operations.loading import load
from service_mesh.operations.request import Inputs
from tests.support.scene import scene

CONFIG_MAP = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: istio, namespace: istio-system}
    data:
      mesh: |
        rootNamespace: policies
        trustDomain: example.org
        trustDomainAliases: [old.org]
        enableAutoMtls: false
        outboundTrafficPolicy: {mode: REGISTRY_ONLY}
        extensionProviders:
        - name: opa
          envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
        - port: 1
"""

OPERATOR = """
    apiVersion: install.istio.io/v1alpha1
    kind: IstioOperator
    metadata: {name: one, namespace: istio-system}
    spec:
      meshConfig: {rootNamespace: policies}
      values: {meshConfig: {rootNamespace: hidden, trustDomain: example.org}, pilot: {env: {A: true, B: "x"}}}
      components: {pilot: {k8s: {env: [{name: C, value: "1"}]}}}
"""

HELM_RELEASE = """
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: istiod, namespace: istio-system}
    spec:
      values: {revision: canary, meshConfig: {rootNamespace: policies}, global: {proxy: {clusterDomain: corp.lan}}}
"""

SAIL = """
    apiVersion: sailoperator.io/v1
    kind: Istio
    metadata: {name: default}
    spec: {values: {meshConfig: {rootNamespace: policies}}}
"""

ISTIOD = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: istiod, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
    spec:
      template:
        spec:
          containers:
          - name: discovery
            env: [{name: PILOT_ENABLE_AMBIENT, value: "true"}, {name: POD_NAME, valueFrom: {}}, {name: X, value: maybe}]
"""


@pytest.mark.parametrize("form", [CONFIG_MAP, OPERATOR, HELM_RELEASE, SAIL])
def test_root_namespace_is_read_from_every_form(form: str) -> None:
    mesh = scene(form)
    assert root_namespace(mesh) == "policies"
    assert mesh_config(mesh).is_known


def test_without_any_form_the_defaults_hold_and_are_known_to_be_defaults() -> None:
    config = mesh_config(scene(ISTIOD))
    assert not config.is_known
    assert (config.root_namespace, config.trust_domain, config.domain) == (
        "istio-system",
        "cluster.local",
        "cluster.local",
    )
    assert (config.auto_mtls, config.blocks_unknown_hosts, dict(config.providers)) == (True, False, {})
    assert mesh_config(scene()).node is None
    assert not mesh_config(scene()).flag("PILOT_ENABLE_AMBIENT", default=False)


def test_settings_of_the_config_map_are_read_out_of_its_text() -> None:
    config = mesh_config(scene(CONFIG_MAP))
    assert (config.trust_domain, config.trust_domain_aliases) == ("example.org", ("old.org",))
    assert (config.auto_mtls, config.blocks_unknown_hosts, list(config.providers)) == (False, True, ["opa"])
    assert config.node is not None
    assert config.node.pointer == "/data/mesh"


@pytest.mark.parametrize("text", ["'[1, 2]'", "'{'", "'a: 1\n\n  ---\n\n  b: 2'", "''"])
def test_config_map_that_cannot_be_read_leaves_the_defaults(text: str) -> None:
    made = (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: istio, namespace: istio-system}}\ndata:\n  mesh: {text}\n"
    )
    assert root_namespace(scene(made)) == "istio-system"


def test_operator_prefers_its_own_mesh_configuration_and_keeps_flags_of_both_places() -> None:
    found = installation(scene(OPERATOR))
    assert found is not None
    assert dict(found.mesh) == {"rootNamespace": "policies", "trustDomain": "example.org"}
    assert dict(found.flags) == {"A": "true", "B": "x", "C": "1"}


def test_flags_are_read_the_way_go_reads_them() -> None:
    found = installation(scene(ISTIOD))
    assert found is not None
    assert found.flag("PILOT_ENABLE_AMBIENT", default=False)
    assert [found.flag(name, default=True) for name in ("X", "POD_NAME", "ABSENT")] == [True, True, True]


def test_parts_of_one_revision_are_put_together_and_the_default_comes_first() -> None:
    mesh = scene(HELM_RELEASE, CONFIG_MAP, ISTIOD)
    assert [one.revision for one in installations(mesh)] == ["default", "canary"]
    assert mesh_config(mesh).flag("PILOT_ENABLE_AMBIENT", default=False)
    assert mesh_config(mesh, revision="canary").domain == "corp.lan"
    assert mesh_config(mesh, revision="gone").trust_domain == "example.org"


def test_config_maps_of_other_names_and_other_charts_tell_nothing() -> None:
    other = CONFIG_MAP.replace("name: istio,", "name: other,")
    chart = HELM_RELEASE.replace("meshConfig", "settings")
    assert installations(scene(other, chart)) == ()


def test_values_file_of_the_chart_tells_the_mesh_configuration_and_is_no_object() -> None:
    values = "meshConfig: {rootNamespace: policies}\npilot: {env: {A: true}}\n"
    policy = (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: policies}\n"
        "spec: {mtls: {mode: STRICT}}\n"
    )
    (world,) = load(Inputs(f"{values}---\nother: chart\n---\n{policy}"), Complete.YES).worlds
    (generation,) = generations(world)
    assert root_namespace(generation.view) == "policies"
    assert mesh_config(generation.view).flag("A", default=False)
    assert (world.reading.skipped, len(world.reading.resources)) == (2, 1)


@pytest.mark.parametrize("args", ["[discovery, --domain, corp.lan]", "[discovery, --domain=corp.lan, --x]"])
def test_domain_that_istiod_is_started_with_is_that_of_the_services(args: str) -> None:
    told = ISTIOD.replace("- name: discovery", f"- name: discovery\n            args: {args}")
    assert mesh_config(scene(told)).domain == "corp.lan"


@pytest.mark.parametrize("args", ["[discovery]", "[--domain]", "[--domain, '']", "[--domains, corp.lan]"])
def test_domain_is_the_default_where_istiod_is_told_none(args: str) -> None:
    told = ISTIOD.replace("- name: discovery", f"- name: discovery\n            args: {args}")
    assert mesh_config(scene(told)).domain == "cluster.local"
