"""Whole numbers as the API server decodes them: what is too long, what is spelt as a float, and who minds."""

import json

import pytest

from service_mesh.model.origin import SourceText
from service_mesh.source.reader import Reader
from tests.catalog.objects import GATEWAY_API, ISTIO, fixes, judge, thing, told


def _service(port: object, target: object = 8080) -> dict[str, object]:
    return thing("v1", "Service", spec={"ports": [{"port": port, "targetPort": target}]})


def _ports(*ports: object) -> dict[str, object]:
    return thing("specs.smi-spec.io/v1alpha4", "TCPRoute", spec={"matches": {"ports": list(ports)}})


def _gateway(port: object) -> dict[str, object]:
    listener = {"name": "web", "port": port, "protocol": "HTTP"}
    return thing(GATEWAY_API, "Gateway", spec={"gatewayClassName": "mesh", "listeners": [listener]})


def _backend(**reference: object) -> dict[str, object]:
    return thing(GATEWAY_API, "HTTPRoute", spec={"rules": [{"backendRefs": [{"name": "shop", **reference}]}]})


def _mirror(numerator: object, denominator: object) -> dict[str, object]:
    share = {"numerator": numerator, "denominator": denominator}
    mirror = {"backendRef": {"name": "shop", "port": 80}, "fraction": share}
    return thing(
        GATEWAY_API, "HTTPRoute", spec={"rules": [{"filters": [{"type": "RequestMirror", "requestMirror": mirror}]}]}
    )


def _wrong(field: str, value: object, kind: str = "an integer") -> str:
    return f"'{field}' is the number '{value}' where {kind} is expected"


def test_kind_of_kubernetes_takes_no_float_for_an_integer() -> None:
    assert told(_service(80.0)) == [("SC121", "/spec/ports/0/port", _wrong("port", 80.0))]
    either = "an integer or a string"
    assert told(_service(80, 8080.0)) == [("SC121", "/spec/ports/0/targetPort", _wrong("targetPort", 8080.0, either))]
    metadata = {**_service(80), "metadata": {"name": "shop", "generation": 1.0}}
    assert told(metadata) == [("SC121", "/metadata/generation", _wrong("generation", 1.0))]


def test_float_that_is_a_whole_number_is_safely_written_without_its_point() -> None:
    assert fixes(_service(80.0, 8080.0)) == [("replace with '80'", True), ("replace with '8080'", True)]
    assert fixes(_gateway(80.0)) == [("replace with '80'", True)]
    assert fixes(_service(80.5)) == [None]


@pytest.mark.parametrize(("text", "count"), [('{"port": 80.0}', 1), ("port: 80.0", 0), ("port: 8e1", 0)])
def test_yaml_arrives_as_json_in_which_a_whole_float_is_an_integer(text: str, count: int) -> None:
    body = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop"}, "spec": {"ports": [%s]}}'
    head = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{%s}]}\n"
    reader = Reader()
    reader.read(SourceText("service", body % text if text.startswith("{") else head % text))
    (resource,) = reader.reading.resources
    assert len(judge(dict(resource.data)).faults) == count


def test_integer_or_string_of_kubernetes_has_32_bits() -> None:
    limit = "above the maximum 2147483647"
    assert told(_service(80, 2**31)) == [
        ("SC123", "/spec/ports/0/targetPort", f"'targetPort' is 2147483648, {limit}"),
    ]
    assert told(_service(80, 2**31 - 1)) == []


def test_other_kinds_take_a_whole_float_where_no_rule_reads_it() -> None:
    assert told(_ports(80.0, -0.0, 2**53 - 1.0)) == []
    assert told({**_ports(80), "metadata": {"name": "shop", "generation": 1.0}}) == []
    assert told(_backend(weight=1.0, port=80)) == []


def test_integer_without_a_format_has_64_bits() -> None:
    assert told(_ports(2**63 - 1, -(2**63))) == []
    assert told(_ports(2**63, -(2**63) - 1)) == [
        ("SC123", "/spec/matches/ports/0", f"'ports[0]' is {2**63}, above the maximum {2**63 - 1}"),
        ("SC123", "/spec/matches/ports/1", f"'ports[1]' is {-(2**63) - 1}, below the minimum {-(2**63)}"),
    ]


def test_float_beyond_53_bits_is_no_integer() -> None:
    assert told(_ports(2.0**53)) == [
        ("SC123", "/spec/matches/ports/0", f"'ports[0]' is {2.0**53}, a float too large to be taken for an integer")
    ]
    assert told(_ports(2**53)) == []


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        (_gateway(80.0), "/spec/listeners/0/port"),
        (_backend(port=80.0), "/spec/rules/0/backendRefs/0/port"),
        (_mirror(80.0, 100), "/spec/rules/0/filters/0/requestMirror/fraction/numerator"),
        (
            thing(GATEWAY_API, "HTTPRoute", spec={"parentRefs": [{"name": "web", "port": 80.0}]}),
            "/spec/parentRefs/0/port",
        ),
        (
            thing(ISTIO, "WorkloadGroup", spec={"template": {"serviceAccount": "shop", "ports": {"http": 80.0}}}),
            "/spec/template/ports/http",
        ),
        (
            thing(
                ISTIO,
                "ServiceEntry",
                spec={"hosts": ["shop.example"], "ports": [{"number": 80.0, "name": "http"}], "resolution": "DNS"},
            ),
            "/spec/ports/0/number",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_rule_that_reads_a_whole_float_fails(data: dict[str, object], pointer: str) -> None:
    assert [(code, at) for code, at, _ in told(data)] == [("SC121", pointer)]
    assert told(json.loads(json.dumps(data).replace("80.0", "80"))) == []


def test_port_of_what_is_no_service_is_not_read() -> None:
    assert told(_backend(group="shop.example", kind="Shop", port=80.0)) == []
