"""Constraints are asked of whatever a document holds: values of any type, and none of them may stop a check."""

from hypothesis import given, settings
from hypothesis import strategies as st

from service_mesh.catalog.constraints.named import named_constraints

CODES = {"SC121", "SC122", "SC123", "SC130", "SC131", "SC132", "SC133", "SC134", "SC135"}
FIELD_NAMES = (
    "type",
    "value",
    "name",
    "group",
    "kind",
    "namespace",
    "sectionName",
    "port",
    "protocol",
    "hostname",
    "tls",
    "mode",
    "filters",
    "matches",
    "path",
    "backendRefs",
    "requestRedirect",
    "urlRewrite",
    "replacePrefixMatch",
    "request",
    "backendRequest",
    "numerator",
    "denominator",
    "selector",
    "matchLabels",
    "portLevelMtls",
    "resolution",
    "addresses",
    "endpoints",
    "address",
    "ports",
    "operation",
    "simple",
    "consistentHash",
    "cookieConfig",
)
FIELDS = st.sampled_from(FIELD_NAMES)
WORDS = st.sampled_from(
    [
        "Hostname",
        "IPAddress",
        "HTTPS",
        "TLS",
        "Service",
        "ReplacePrefixMatch",
        "Terminate",
        "UPSERT",
        "DNS",
        "unix://",
        "",
        "0s",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(FIELDS | st.text(max_size=3), below, max_size=6),
)


@settings(max_examples=300, deadline=None)
@given(value=VALUES)
def test_every_constraint_answers_for_every_value(value: object) -> None:
    for constraint in named_constraints().values():
        for found in constraint.check(value):
            assert found.code in CODES, constraint.name
            assert found.text == found.text.strip(), constraint.name
