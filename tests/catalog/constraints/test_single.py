"""What single constraints say of a value: the code, the node to blame and the words, and what each of them takes.

That they mean what the rules of the CRDs mean is shown by the differential test, where those are at hand.
"""

import pytest

from service_mesh.catalog.constraints.named import named_constraints
from service_mesh.model.path import Path


@pytest.mark.parametrize(
    ("name", "value", "code", "path", "text"),
    [
        (
            "port-mtls-selector",
            {"portLevelMtls": {"80": {}}},
            "SC131",
            ("portLevelMtls",),
            "'portLevelMtls' stands without labels in 'selector', which it needs",
        ),
        ("waypoint-context", {"context": "WAYPOINT"}, "SC131", (), "'waypoint' is missing for context 'WAYPOINT'"),
        (
            "waypoint-context",
            {"context": "GATEWAY", "waypoint": {}},
            "SC132",
            ("waypoint",),
            "'waypoint' stands beside context 'GATEWAY', it belongs to context 'WAYPOINT'",
        ),
        (
            "entry-cidr-resolution",
            {"resolution": "DNS", "addresses": ["10.0.0.1", "10.0.0.0/8", 7]},
            "SC135",
            ("addresses", 1),
            "'10.0.0.0/8' is an address range, which resolution 'DNS' does not take",
        ),
        (
            "entry-none-endpoints",
            {"endpoints": []},
            "SC132",
            ("endpoints",),
            "'endpoints' stands beside resolution 'NONE', which takes none",
        ),
        (
            "entry-round-robin",
            {"resolution": "DNS_ROUND_ROBIN", "endpoints": [{}, {}]},
            "SC135",
            ("endpoints",),
            "'endpoints' has 2 items, resolution 'DNS_ROUND_ROBIN' takes one",
        ),
        (
            "entry-round-robin-strict",
            {"resolution": "DNS_ROUND_ROBIN", "endpoints": []},
            "SC135",
            ("endpoints",),
            "'endpoints' has 0 items, resolution 'DNS_ROUND_ROBIN' takes one",
        ),
        (
            "socket-without-ports",
            {"address": "unix:///run/a", "ports": {"http": 80}},
            "SC132",
            ("ports",),
            "'ports' stands beside the address of a Unix socket, which has none",
        ),
        (
            "module-variable-value",
            {"valueFrom": "HOST", "value": "a"},
            "SC130",
            ("value",),
            "'value' stands beside valueFrom 'HOST', which takes the value from the host",
        ),
        (
            "tag-value-set",
            {"operation": "UPSERT", "value": ""},
            "SC131",
            ("value",),
            "'value' is empty for operation 'UPSERT'",
        ),
        ("tag-value-set", {"operation": "UPSERT"}, "SC131", (), "'value' is missing for operation 'UPSERT'"),
        (
            "tag-value-unset",
            {"operation": "REMOVE", "value": "a"},
            "SC132",
            ("value",),
            "'value' stands beside operation 'REMOVE', which takes none",
        ),
        (
            "address-ip",
            {"type": "IPAddress", "value": "shop"},
            "SC133",
            ("value",),
            "no IP address, as type 'IPAddress' asks for",
        ),
        (
            "address-hostname",
            {"type": "Hostname", "value": "-shop"},
            "SC133",
            ("value",),
            "no DNS name, as type 'Hostname' asks for",
        ),
        (
            "address-hostname-strict",
            {"type": "Hostname", "value": ""},
            "SC133",
            ("value",),
            "no DNS name, as type 'Hostname' asks for",
        ),
        (
            "listener-https-terminates",
            [{"protocol": "HTTPS", "tls": {"mode": "Passthrough"}}],
            "SC135",
            (0, "tls", "mode"),
            "the TLS mode of protocol 'HTTPS' is 'Passthrough', not 'Terminate'",
        ),
        ("listener-tls-mode", [{"protocol": "TLS"}], "SC131", (0,), "'tls' is missing for protocol 'TLS'"),
        (
            "listener-tls-mode",
            [{"protocol": "HTTPS"}, {"protocol": "TLS", "tls": {}}],
            "SC131",
            (1, "tls"),
            "'mode' is missing for protocol 'TLS'",
        ),
        (
            "permanent-cookie-timeout",
            {"cookieConfig": {"lifetimeType": "Permanent"}},
            "SC131",
            (),
            "'absoluteTimeout' is missing for lifetimeType 'Permanent'",
        ),
        ("grpc-service-form", {"service": "a b"}, "SC133", ("service",), "no name of a gRPC service"),
        ("grpc-method-form", {"type": "Exact", "method": "a/b"}, "SC133", ("method",), "no name of a gRPC method"),
        (
            "redirect-or-rewrite",
            [{"type": "URLRewrite"}, {"type": "RequestRedirect"}],
            "SC130",
            (1, "type"),
            "a filter of type 'RequestRedirect' stands beside one of type 'URLRewrite'",
        ),
        ("cors-wildcard-alone", ["*", "https://shop.example"], "SC130", (0,), "'*' stands beside other items"),
        (
            "rule-matches-total",
            [{"matches": [{}] * 100}, {"matches": [{}] * 29}, 7],
            "SC123",
            (),
            "all 'matches' together are 129, more than 128",
        ),
        (
            "timeouts-ordered",
            {"request": "1s", "backendRequest": "2s"},
            "SC135",
            ("backendRequest",),
            "'backendRequest' is '2s', longer than 'request', '1s'",
        ),
        ("timeouts-ordered", {"request": "soon", "backendRequest": "2s"}, "SC133", ("request",), "no duration"),
        (
            "fraction-ordered",
            {"numerator": 3, "denominator": 2},
            "SC135",
            ("numerator",),
            "'numerator' is 3, more than 'denominator', 2",
        ),
    ],
)
def test_broken_constraint_names_the_node_and_says_what_is_wrong(
    name: str, value: object, code: str, path: Path, text: str
) -> None:
    found = [(entry.code, entry.path, entry.text) for entry in named_constraints()[name].check(value)]
    assert found == [(code, path, text)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port-mtls-selector", {"portLevelMtls": {"80": {}}, "selector": {"matchLabels": {"a": "b"}}}),
        ("waypoint-context", {"context": "WAYPOINT", "waypoint": {}}),
        ("entry-cidr-resolution", {"resolution": "STATIC", "addresses": ["10.0.0.0/8"]}),
        ("entry-none-endpoints", {"endpoints": [], "resolution": "DNS"}),
        ("entry-round-robin", {"resolution": "DNS_ROUND_ROBIN", "endpoints": []}),
        ("entry-round-robin", {"resolution": "DNS", "endpoints": [{}, {}]}),
        ("socket-without-ports", {"address": "10.0.0.1", "ports": {"http": 80}}),
        ("module-variable-value", {"valueFrom": "HOST"}),
        ("tag-value-set", {"operation": "UPSERT", "value": "a"}),
        ("tag-value-unset", {"operation": "UPSERT", "value": "a"}),
        ("address-ip", {"type": "IPAddress", "value": "fd00::1"}),
        ("address-ip", {"type": "Hostname", "value": "shop"}),
        ("address-hostname", {"type": "Hostname", "value": "shop.example"}),
        (
            "listener-https-terminates",
            [{"protocol": "HTTPS", "tls": {"mode": "Terminate"}}, {"protocol": "TLS", "tls": {"mode": "Passthrough"}}],
        ),
        ("listener-tls-mode", [{"protocol": "TLS", "tls": {"mode": "Passthrough"}}]),
        ("permanent-cookie-timeout", {"cookieConfig": {"lifetimeType": "Permanent"}, "absoluteTimeout": "1h"}),
        ("grpc-service-form", {"type": "RegularExpression", "service": "a b"}),
        ("redirect-or-rewrite", [{"type": "URLRewrite"}, 7]),
        ("cors-wildcard-alone", ["*"]),
        ("rule-matches-total", [{"matches": [{}] * 128}]),
        ("timeouts-ordered", {"request": "1s", "backendRequest": "1s"}),
        ("fraction-ordered", {"numerator": 2, "denominator": 2}),
    ],
)
def test_value_that_keeps_a_constraint_is_taken(name: str, value: object) -> None:
    assert list(named_constraints()[name].check(value)) == []
