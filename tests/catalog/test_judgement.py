"""What the structural check says: the outcome, and for every fault its code, its place, its words and its fix."""

import copy

import pytest

from service_mesh.catalog.judgement import Judgement, Outcome
from tests.catalog.objects import GATEWAY_API, ISTIO, container, fixes, judge, thing, told
from tests.support.releases import newest

ROUTE = {"destination": {"host": "shop"}}


def _virtual_service(**spec: object) -> dict[str, object]:
    return thing(ISTIO, "VirtualService", spec=spec)


def _gateway(*listeners: dict[str, object]) -> dict[str, object]:
    return thing(GATEWAY_API, "Gateway", spec={"gatewayClassName": "istio", "listeners": list(listeners)})


def _listener(**fields: object) -> dict[str, object]:
    return {"name": "http", "port": 80, "protocol": "HTTP", **fields}


def test_valid_object_is_valid_and_nothing_is_said() -> None:
    assert judge(_virtual_service(hosts=["shop"])) == Judgement(Outcome.VALID)


@pytest.mark.parametrize(
    ("api_version", "kind", "reason"),
    [
        ("k6.io/v1alpha1", "TestRun", "no schema for 'TestRun.k6.io'"),
        ("v1", "PersistentVolumeClaim", "no schema for 'PersistentVolumeClaim'"),
        ("v1", "PodList", "no schema for 'PodList'"),
        ("", "Service", "'apiVersion' or 'kind' is missing"),
        ("v1", "", "'apiVersion' or 'kind' is missing"),
    ],
)
def test_what_the_catalogue_cannot_judge_is_not_checked_and_says_why(api_version: str, kind: str, reason: str) -> None:
    assert judge(thing(api_version, kind)) == Judgement(Outcome.NOT_CHECKED, (), reason)


def test_patch_for_a_workload_is_not_checked() -> None:
    spec = {"template": {"spec": {"containers": [{"name": "shop", "args": ["--fast"]}]}}}
    reason = "a patch for a 'Deployment.apps', not a whole object"
    assert judge(thing("apps/v1", "Deployment", spec=spec)) == Judgement(Outcome.NOT_CHECKED, (), reason)


def test_misspelt_field_in_a_patch_is_told_all_the_same() -> None:
    spec = {"template": {"spec": {"containers": [{"name": "shop", "argz": ["--fast"]}]}}}
    pointer = "/spec/template/spec/containers/0/argz"
    message = "'argz' is not a field of 'spec.template.spec.containers[0]'"
    assert told(thing("apps/v1", "Deployment", spec=spec)) == [("SC120", pointer, message)]


def test_object_that_is_beyond_the_validator_is_not_checked() -> None:
    deep: list[object] = []
    for _ in range(2000):
        deep = [deep]
    reason = "a 'VirtualService.networking.istio.io' nests too deeply to be checked"
    assert judge(_virtual_service(http=deep)) == Judgement(Outcome.NOT_CHECKED, (), reason)


def test_judging_changes_nothing_in_the_object() -> None:
    data = _virtual_service(hosst=["shop"], http=[{"route": [{"weight": "80"}]}])
    before = copy.deepcopy(data)
    judge(data)
    assert data == before


FAULTS: list[tuple[str, dict[str, object], list[tuple[str, str, str]]]] = [
    (
        "version that the kind never had",
        thing("networking.istio.io/v1beta1", "EnvoyFilter", spec={}),
        [
            (
                "SC110",
                "/apiVersion",
                "version 'v1beta1' of 'EnvoyFilter.networking.istio.io' is not served by Istio"
                f" {newest('istio')}, 'v1alpha3' is",
            )
        ],
    ),
    (
        "one of several served versions",
        thing("networking.istio.io/v2", "Sidecar", spec={}),
        [
            (
                "SC110",
                "/apiVersion",
                f"version 'v2' of 'Sidecar.networking.istio.io' is not served by Istio {newest('istio')},"
                " 'v1', 'v1beta1', 'v1alpha3' are",
            )
        ],
    ),
    (
        "version that Kubernetes removed",
        thing("extensions/v1beta1", "Ingress", spec={"backend": {"serviceName": "a", "servicePort": 80}}),
        [
            (
                "SC110",
                "/apiVersion",
                "'extensions/v1beta1' of 'Ingress' is not served since Kubernetes 1.22, 'networking.k8s.io/v1' is",
            )
        ],
    ),
    (
        "kind that Kubernetes removed",
        thing("policy/v1beta1", "PodSecurityPolicy"),
        [
            (
                "SC110",
                "/apiVersion",
                "'policy/v1beta1' of 'PodSecurityPolicy' is not served since Kubernetes 1.25 and nothing replaces it",
            )
        ],
    ),
    (
        "misspelt kind",
        thing(ISTIO, "VirtualServce"),
        [("SC111", "/kind", "'VirtualServce' is no kind of group 'networking.istio.io'")],
    ),
    (
        "kind of another group",
        thing("v1", "Deployment"),
        [("SC111", "/apiVersion", "'Deployment' is no kind of the core group but of 'apps/v1'")],
    ),
    (
        "deprecated version",
        thing(
            "gateway.networking.k8s.io/v1alpha2",
            "TCPRoute",
            spec={"rules": [{"backendRefs": [{"name": "a", "port": 1}]}]},
        ),
        [
            (
                "SC112",
                "/apiVersion",
                "version 'v1alpha2' of 'TCPRoute.gateway.networking.k8s.io' is deprecated,"
                " the standard channel does not serve it",
            )
        ],
    ),
    (
        "unknown field, at the root too",
        {**_virtual_service(hosst=["shop"]), "sepc": {}},
        [
            ("SC120", "/spec/hosst", "'hosst' is not a field of 'spec'"),
            ("SC120", "/sepc", "'sepc' is not a field of 'VirtualService'"),
        ],
    ),
    (
        "unknown field of the metadata",
        {**_virtual_service(), "metadata": {"name": "shop", "label": {"a": "b"}}},
        [("SC120", "/metadata/label", "'label' is not a field of 'metadata'")],
    ),
    (
        "unknown field in a status that the API server drops",
        thing(GATEWAY_API, "GatewayClass", spec={"controllerName": "a.example/b"}, status={"condition": 7}),
        [("SC120", "/status/condition", "'condition' is not a field of 'status'")],
    ),
    (
        "number for a string",
        _virtual_service(http=[{"route": [ROUTE], "timeout": 5}]),
        [("SC121", "/spec/http/0/timeout", "'timeout' is the number '5' where a string is expected")],
    ),
    (
        "boolean for a string",
        container(env=[{"name": "DEBUG", "value": True}]),
        [("SC121", "/spec/containers/0/env/0/value", "'value' is the boolean 'true' where a string is expected")],
    ),
    (
        "boolean for an integer or a string",
        container(livenessProbe={"httpGet": {"port": True}}),
        [
            (
                "SC121",
                "/spec/containers/0/livenessProbe/httpGet/port",
                "'port' is the boolean 'true' where an integer or a string is expected",
            )
        ],
    ),
    (
        "map for a list, and nothing about what is inside",
        _virtual_service(hosts={"a": 1, "b": []}),
        [("SC121", "/spec/hosts", "'hosts' is a map where a list is expected")],
    ),
    (
        "null in a list",
        _virtual_service(hosts=[None]),
        [("SC121", "/spec/hosts/0", "'hosts[0]' is null where a string is expected")],
    ),
    (
        "label that is no string",
        {**_virtual_service(), "metadata": {"name": "shop", "labels": {"a.b/c": 1}}},
        [("SC121", "/metadata/labels/a.b~1c", "'a.b/c' is the number '1' where a string is expected")],
    ),
    (
        "value that is none of the allowed ones",
        thing(ISTIO, "DestinationRule", spec={"host": "a", "trafficPolicy": {"tls": {"mode": "mutal"}}}),
        [
            (
                "SC122",
                "/spec/trafficPolicy/tls/mode",
                "'mode' is 'mutal', not one of 'DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'",
            )
        ],
    ),
    (
        "number above its maximum",
        _gateway(_listener(port=70000)),
        [("SC123", "/spec/listeners/0/port", "'port' is 70000, above the maximum 65535")],
    ),
    (
        "number beyond 32 bits",
        _virtual_service(http=[{"route": [{**ROUTE, "weight": 2**40}]}]),
        [("SC123", "/spec/http/0/route/0/weight", f"'weight' is {2**40}, above the maximum {2**31 - 1}")],
    ),
    (
        "empty text, told once though its pattern fails too",
        _gateway(_listener(name="")),
        [("SC123", "/spec/listeners/0/name", "'name' has 0 characters, fewer than 1")],
    ),
    (
        "list that is too short",
        thing(GATEWAY_API, "Gateway", spec={"gatewayClassName": "istio", "listeners": []}),
        [("SC123", "/spec/listeners", "'listeners' has 0 items, fewer than 1")],
    ),
    (
        "text that does not match",
        _gateway(_listener(protocol="a b")),
        [
            (
                "SC124",
                "/spec/listeners/0/protocol",
                "'protocol' is 'a b', which does not match "
                "'^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9...'",
            )
        ],
    ),
    (
        "quantity with a blank",
        container(resources={"limits": {"memory": "512 Mi"}}),
        [
            (
                "SC124",
                "/spec/containers/0/resources/limits/memory",
                "'memory' is '512 Mi', not a quantity such as '500m' or '1Gi'",
            )
        ],
    ),
    (
        "secret that is not encoded",
        thing("v1", "Secret", data={"token": "plain text"}),
        [("SC124", "/data/token", "'token' is 'plain text', not base64 text")],
    ),
    (
        "missing field",
        thing(ISTIO, "DestinationRule", spec={}),
        [("SC125", "/spec", "'host' is missing in 'spec'")],
    ),
    (
        "missing field at the root",
        thing(GATEWAY_API, "Gateway"),
        [("SC125", "", "'spec' is missing in 'Gateway'")],
    ),
    (
        "null where a field is required",
        thing(ISTIO, "DestinationRule", spec={"host": None}),
        [("SC125", "/spec/host", "'host' is null in 'spec', which reads as missing")],
    ),
    (
        "required field under a misspelt name is one fault",
        thing(ISTIO, "DestinationRule", spec={"hosst": "shop"}),
        [("SC120", "/spec/hosst", "'hosst' is not a field of 'spec'")],
    ),
    (
        "listener twice",
        _gateway(_listener(), _listener(port=8080)),
        [("SC126", "/spec/listeners/1", "'listeners[1]' repeats name 'http' of 'listeners[0]'")],
    ),
    (
        "port of a Service twice, once with the default protocol",
        thing(
            "v1", "Service", spec={"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 80, "protocol": "TCP"}]}
        ),
        [("SC126", "/spec/ports/1", "'ports[1]' repeats port '80' and protocol 'TCP' of 'ports[0]'")],
    ),
    (
        "port of a Service twice, once with null for the default protocol",
        thing("v1", "Service", spec={"ports": [{"port": 80, "protocol": "TCP"}, {"port": 80, "protocol": None}]}),
        [("SC126", "/spec/ports/1", "'ports[1]' repeats port '80' and protocol 'TCP' of 'ports[0]'")],
    ),
]


@pytest.mark.parametrize(("data", "expected"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_fault_is_told_once_with_its_place_and_words(
    data: dict[str, object], expected: list[tuple[str, str, str]]
) -> None:
    assert told(data) == expected
    is_only_warned = {code for code, _, _ in expected} == {"SC112"}
    assert judge(data).outcome is (Outcome.VALID if is_only_warned else Outcome.INVALID)


ACCEPTED: list[tuple[str, dict[str, object]]] = [
    ("null for a field that may be absent", _virtual_service(hosts=None, http=None)),
    ("null for a field with a default", _gateway(_listener(allowedRoutes=None))),
    ("whole number with a point for an integer", _virtual_service(http=[{"route": [{**ROUTE, "weight": 80.0}]}])),
    ("number for a quantity", container(resources={"limits": {"cpu": 0.5, "memory": "1e3"}})),
    ("name or number of a port", container(livenessProbe={"tcpSocket": {"port": "web"}})),
    ("environment variable twice", container(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}])),
    ("null in a list of a built-in kind", container(args=["a", None])),
    ("any field in the value of an EnvoyFilter patch", thing(
        "networking.istio.io/v1alpha3",
        "EnvoyFilter",
        spec={"configPatches": [{"patch": {"operation": "MERGE", "value": {"x": [1, None, {"y": True}]}}}]},
    )),
    ("wrong types in a status that is dropped", thing(
        GATEWAY_API, "GatewayClass", spec={"controllerName": "a.example/b"}, status={"conditions": "none"}
    )),
    ("same port under two protocols", thing(
        "v1", "Service", spec={"ports": [{"name": "a", "port": 53}, {"name": "b", "port": 53, "protocol": "UDP"}]}
    )),
]  # fmt: skip


@pytest.mark.parametrize("data", [a[1] for a in ACCEPTED], ids=[a[0] for a in ACCEPTED])
def test_what_the_api_server_takes_is_not_refused(data: dict[str, object]) -> None:
    assert told(data) == []


def test_items_of_a_list_that_has_to_be_empty_are_not_judged_themselves() -> None:
    spec = {"endpointSelector": {}, "ingress": [{"fromRequires": [{"matchLabels": {"app": "shop"}}]}]}
    effect = "is deprecated since Cilium 1.17, Cilium 1.19 and later refuse it, labels in the selectors replace it"
    assert told(thing("cilium.io/v2", "CiliumNetworkPolicy", spec=spec)) == [
        ("SC123", "/spec/ingress/0/fromRequires", "'fromRequires' has items and has to be empty"),
        ("SC127", "/spec/ingress/0/fromRequires", f"'fromRequires' {effect}"),
    ]


def test_repeated_item_points_at_the_first_one() -> None:
    (_, draft) = judge(_gateway(_listener(), _listener(port=8080))).faults[0]
    assert [(note.node.pointer, note.text) for note in draft.related] == [("/spec/listeners/0", "the first of them")]


FIXES: list[tuple[str, dict[str, object], tuple[str, bool] | None]] = [
    (
        "served version that reads the object the same way",
        thing("networking.istio.io/v1beta1", "EnvoyFilter", spec={}),
        ("replace with 'networking.istio.io/v1alpha3'", True),
    ),
    (
        "removed version whose successor has the same shape",
        thing("policy/v1beta1", "PodDisruptionBudget", spec={"minAvailable": 1}),
        ("replace with 'policy/v1'", False),
    ),
    (
        "removed version whose successor has another shape",
        thing("extensions/v1beta1", "Ingress", spec={"backend": {"serviceName": "a", "servicePort": 80}}),
        None,
    ),
    ("near kind", thing(ISTIO, "VirtualServce"), ("replace with 'VirtualService'", False)),
    ("kind of one other group", thing("v1", "Deployment"), ("replace with 'apps/v1'", False)),
    ("only near field", _virtual_service(hosst=["shop"]), ("rename to 'hosts'", True)),
    ("near field that is there as well", _virtual_service(hosst=["shop"], hosts=["shop"]), None),
    ("near field of another type", _virtual_service(hosst="shop"), ("rename to 'hosts'", False)),
    ("field near to nothing", _virtual_service(banana=1), None),
    ("number to quote", container(env=[{"name": "A", "value": 8080}]), ("quote the value", True)),
    ("boolean to quote", container(env=[{"name": "A", "value": False}]), ("quote the value", True)),
    (
        "quoted number",
        _virtual_service(http=[{"route": [{**ROUTE, "weight": "80"}]}]),
        ("write 80 without quotes", True),
    ),
    ("quoted number with a leading zero", _virtual_service(http=[{"route": [{**ROUTE, "weight": "080"}]}]), None),
    ("quoted boolean", container(stdin="true"), ("write true without quotes", True)),
    ("single item", _virtual_service(hosts="shop"), ("make it a list of one item", False)),
    ("item of another type", _virtual_service(hosts=7), None),
    (
        "value in another spelling",
        thing(ISTIO, "DestinationRule", spec={"host": "a", "trafficPolicy": {"tls": {"mode": "istio-mutual"}}}),
        ("replace with 'ISTIO_MUTUAL'", True),
    ),
    (
        "near value",
        thing(ISTIO, "DestinationRule", spec={"host": "a", "trafficPolicy": {"tls": {"mode": "MUTAL"}}}),
        ("replace with 'MUTUAL'", False),
    ),
]


@pytest.mark.parametrize(("data", "fix"), [f[1:] for f in FIXES], ids=[f[0] for f in FIXES])
def test_fix_is_offered_where_one_meaning_is_left(data: dict[str, object], fix: tuple[str, bool] | None) -> None:
    assert fixes(data) == [fix]
