"""What fixtures cannot show of the rules about an installation: values files, clusters, secrets and spelling."""

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_fields import MESH_CONFIG, PROXY_CONFIG, field_names, settings_below
from service_mesh.rules.registry import load_rules

RULES = {rule.code: rule for rule in load_rules()}
CANARY = "c4n4ry-of-a-key"


def drafts(code: str, *resources: Resource, complete: Complete = Complete.YES) -> list[Draft]:
    rule = RULES[code]
    assert rule.check is not None
    mesh = MeshView(resources, complete)
    return [draft for resource in resources if resource.kind in rule.about for draft in rule.check(resource, mesh)]


def messages(code: str, *resources: Resource) -> list[str]:
    return [draft.message for draft in drafts(code, *resources)]


def values(**held: object) -> Resource:
    return Resource(held)


def config_map(mesh: str, cluster: str = "") -> Resource:
    metadata = {"name": "istio", "namespace": "istio-system"}
    return Resource(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"mesh": mesh}}, cluster=cluster
    )


def secret(name: str, **held: str) -> Resource:
    metadata = {"name": name, "namespace": "istio-system"}
    return Resource({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": held})


@pytest.mark.parametrize(
    ("code", "pointer"),
    [
        ("IS260", "/meshConfig/accessLogFille"),
        ("IS262", "/meshConfig/trustDomain"),
        ("IS269", "/global/proxy/concurrency"),
        ("IS275", "/pilot/traceSampling"),
        ("IS277", "/global/tag"),
        ("IS278", "/global/remotePilotAddress"),
    ],
)
def test_values_file_of_the_chart_is_judged_like_values_in_an_object(code: str, pointer: str) -> None:
    shared = {"tag": "1.20.1", "proxy": {"concurrency": 2}, "remotePilotAddress": "istiod.istio-system.svc"}
    mesh = {"accessLogFille": "/dev/stdout", "accessLogEncoding": "JSON", "trustDomain": 7}
    file = values(meshConfig=mesh, pilot={"traceSampling": 100}, **{"global": shared})
    assert [draft.node.pointer for draft in drafts(code, file) if draft.node] == [pointer]


def test_values_file_of_another_chart_is_left_alone() -> None:
    shared = {"tag": "1.20.1", "mtls": True, "proxy": {"concurrency": 2}}
    found = [messages(code, values(grafana={}, **{"global": shared})) for code in ("IS269", "IS277")]
    assert [*found, messages("IS260", values(meshConfig={"colour": "blue"}))] == [[], [], []]


def test_names_with_underscores_are_known_too() -> None:
    root = values(access_log_file="x", mesh_mTLS={"min_protocol_version": "TLSV1_3"}).root
    assert [(setting.name, setting.field is not None) for setting in settings_below(root, MESH_CONFIG)] == [
        ("accessLogFile", True),
        ("meshMTLS", True),
        ("minProtocolVersion", True),
    ]


def test_every_message_that_a_setting_leads_to_is_known() -> None:
    seen: set[str] = set()
    waiting = [MESH_CONFIG, PROXY_CONFIG]
    while waiting:
        message = waiting.pop()
        seen.add(message)
        root = values(**{name: {} for name in field_names(message)}).root
        forms = {setting.field.form for setting in settings_below(root, message) if setting.field is not None}
        named = {form for form in forms if form[:1].isupper() and "|" not in form}
        waiting.extend(named - seen - set(waiting))
    assert all(field_names(message) or message.endswith(("Detector", "Provider", "Configuration")) for message in seen)


def test_provider_of_one_cluster_is_none_of_another() -> None:
    telemetry = {
        "apiVersion": "telemetry.istio.io/v1",
        "kind": "Telemetry",
        "metadata": {"name": "mesh-default", "namespace": "istio-system"},
        "spec": {"tracing": [{"providers": [{"name": "zipkin"}]}]},
    }
    known = "extensionProviders: [{name: zipkin, zipkin: {service: z.z.svc.cluster.local, port: 9411}}]"
    east, west = Resource(telemetry, cluster="east"), Resource(telemetry, cluster="west")
    found = drafts("IS273", config_map(known, "east"), config_map("enableTracing: true", "west"), east, west)
    assert [draft.node.resource.cluster for draft in found if draft.node] == ["west"]


def test_nothing_of_a_secret_is_shown() -> None:
    shown = [
        *drafts("IS270", secret("istio-ca-secret", **{"ca-key.pem": CANARY})),
        *drafts("IS271", secret("cacerts", **{"ca-key.pem": CANARY})),
    ]
    assert [draft.message for draft in shown] == [
        "secret 'istio-ca-secret' is where istiod keeps a root of its own; another one replaces that",
        "secret 'cacerts' lacks 'ca-cert.pem' and 'root-cert.pem' and 'cert-chain.pem', so istiod cannot sign with it",
    ]
    assert [draft for draft in shown if CANARY in draft.message or draft.fix is not None] == []


def test_deeply_nested_text_is_no_mesh_configuration() -> None:
    assert messages("IS260", config_map("a: " + "[" * 5000)) == []
