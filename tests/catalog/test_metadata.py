"""Metadata beyond the schema: which is accepted, as the API server says, and what is told of the rest."""

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.judgement import Outcome
from service_mesh.model.resource import Resource
from tests.catalog.metadata_cases import CASES
from tests.catalog.objects import ISTIO, judge, thing, told

_NAME = (
    "a name of lower-case letters, digits, '-' and '.', with a letter or digit at both ends of every part between dots"
)
_KEY = (
    "a name of at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends,"
    " alone or behind a domain and '/'"
)
_OWNER = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}


def _virtual_service(**metadata: object) -> dict[str, object]:
    return {**thing(ISTIO, "VirtualService", spec={"hosts": ["shop"]}), "metadata": metadata}


def test_metadata_is_accepted_where_the_api_server_accepts_it() -> None:
    judged = [(case, judge(case.data)) for case in CASES]
    assert [case.name for case, judgement in judged if judgement.outcome is Outcome.NOT_CHECKED] == []
    assert [case.name for case, judgement in judged if (judgement.outcome is Outcome.VALID) != case.is_accepted] == []


FAULTS: list[tuple[str, dict[str, object], list[tuple[str, str, str]]]] = [
    ("form of a name", {"name": "Shop"}, [("SC133", "/metadata/name", f"'name' is 'Shop', not {_NAME}")]),
    ("long name", {"name": "a" * 254}, [("SC123", "/metadata/name", "'name' has 254 characters, more than 253")]),
    ("no name", {"labels": {}}, [("SC125", "/metadata", "'name' is missing in 'metadata'")]),
    ("null", {"name": None}, [("SC125", "/metadata/name", "'name' is null in 'metadata', which reads as missing")]),
    ("empty", {"name": ""}, [("SC125", "/metadata/name", "'name' is empty in 'metadata', which reads as missing")]),
    ("generated name", {"generateName": "shop-"}, []),
    (
        "beginning of a name",
        {"generateName": "Shop-"},
        [("SC133", "/metadata/generateName", f"'generateName' is 'Shop-', not the beginning of {_NAME}")],
    ),
    (
        "beginning that no letters fit behind",
        {"generateName": "a.-"},
        [
            (
                "SC133",
                "/metadata/generateName",
                "'generateName' is 'a.-', from which names such as 'a.-xxxxx' are made",
            )
        ],
    ),
    (
        "name of the wrong type, which is told by the schema alone",
        {"name": 12},
        [("SC121", "/metadata/name", "'name' is the number '12' where a string is expected")],
    ),
    (
        "misspelt name, which is not missing as well",
        {"nmae": "shop"},
        [("SC120", "/metadata/nmae", "'nmae' is not a field of 'metadata'")],
    ),
    (
        "namespace",
        {"name": "a", "namespace": "a.b"},
        [
            (
                "SC133",
                "/metadata/namespace",
                "'namespace' is 'a.b', not a name of lower-case letters, digits and '-',"
                " with a letter or digit at both ends",
            )
        ],
    ),
    (
        "labels",
        {"name": "a", "labels": {"a b": "c", "d": "e f", "g": "h" * 64}},
        [
            ("SC133", "/metadata/labels/a b", f"the key 'a b' of 'labels' is not {_KEY}"),
            (
                "SC133",
                "/metadata/labels/d",
                "'d' is 'e f', not a text of letters, digits, '-', '_' and '.', with a letter or digit at both ends",
            ),
            ("SC123", "/metadata/labels/g", "'g' has 64 characters, more than 63"),
        ],
    ),
    (
        "label of the wrong type, which is told by the schema alone",
        {"name": "a", "labels": {"a b": 1}},
        [("SC121", "/metadata/labels/a b", "'a b' is the number '1' where a string is expected")],
    ),
    (
        "annotations",
        {"name": "a", "annotations": {"a/b/c": "d", "Example.com/A": "two\nwords"}},
        [("SC133", "/metadata/annotations/a~1b~1c", f"the key 'a/b/c' of 'annotations' is not {_KEY}")],
    ),
    (
        "size of annotations",
        {"name": "a", "annotations": {"a": "é" * 140_000}},
        [("SC123", "/metadata/annotations", "'annotations' holds 280001 bytes, more than 262144")],
    ),
    (
        "finalizers",
        {"name": "a", "finalizers": ["a b", None]},
        [
            ("SC133", "/metadata/finalizers/0", f"'finalizers[0]' is 'a b', not {_KEY}"),
            ("SC133", "/metadata/finalizers/1", f"'finalizers[1]' is null, not {_KEY}"),
        ],
    ),
    (
        "finalizers that do not go together",
        {"name": "a", "finalizers": ["orphan", "foregroundDeletion"]},
        [("SC135", "/metadata/finalizers/1", "'finalizers[1]' is 'foregroundDeletion' beside 'orphan'")],
    ),
    (
        "owner without a version and a name",
        {"name": "a", "ownerReferences": [{**_OWNER, "apiVersion": "apps/", "name": ""}]},
        [
            ("SC123", "/metadata/ownerReferences/0/name", "'name' has 0 characters, fewer than 1"),
            (
                "SC133",
                "/metadata/ownerReferences/0/apiVersion",
                "'apiVersion' is 'apps/', not a version, alone or behind a group and '/'",
            ),
        ],
    ),
    (
        "owner that may be none",
        {"name": "a", "ownerReferences": [{**_OWNER, "kind": "Event"}]},
        [("SC122", "/metadata/ownerReferences/0/kind", "'kind' is 'Event', which may not own anything")],
    ),
    (
        "null owner",
        {"name": "a", "ownerReferences": [None]},
        [("SC125", "/metadata/ownerReferences/0", "'ownerReferences[0]' is null and names no owner")],
    ),
    (
        "two controllers",
        {
            "name": "a",
            "ownerReferences": [{**_OWNER, "controller": True}, {**_OWNER, "uid": "c", "controller": True}],
        },
        [
            (
                "SC134",
                "/metadata/ownerReferences/1/controller",
                "'ownerReferences[1]' is a second controller, beside 'ownerReferences[0]'",
            )
        ],
    ),
]


@pytest.mark.parametrize(("metadata", "faults"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_fault_of_metadata_is_told_once_and_where_it_is(
    metadata: dict[str, object], faults: list[tuple[str, str, str]]
) -> None:
    assert told(_virtual_service(**metadata)) == faults


@pytest.mark.parametrize(
    ("metadata", "pointer", "message"),
    [
        ({}, "", "'metadata' is missing in 'CiliumEgressGatewayPolicy'"),
        (
            {"metadata": None},
            "/metadata",
            "'metadata' is null in 'CiliumEgressGatewayPolicy', which reads as missing",
        ),
    ],
)
def test_metadata_that_the_schema_requires_is_missed_once(
    metadata: dict[str, object], pointer: str, message: str
) -> None:
    data = {"apiVersion": "cilium.io/v2", "kind": "CiliumEgressGatewayPolicy", **metadata}
    assert told(data) == [("SC125", pointer, message)]


def test_labels_of_pods_and_of_selectors_are_judged_as_well() -> None:
    spec = {
        "selector": {"matchLabels": {"app": "a b"}},
        "template": {
            "metadata": {"labels": {"app": "a b"}, "annotations": {"a b": ""}},
            "spec": {"containers": [{"name": "shop", "image": "example.com/shop:1"}]},
        },
    }
    pointers = [pointer for _, pointer, _ in told(thing("apps/v1", "Deployment", spec=spec))]
    template = "/spec/template/metadata"
    assert pointers == ["/spec/selector/matchLabels/app", f"{template}/labels/app", f"{template}/annotations/a b"]


def test_input_of_istioctl_needs_no_name() -> None:
    assert told({"apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator", "spec": {}}) == []


def test_patch_for_a_workload_needs_no_name() -> None:
    spec = {"template": {"spec": {"hostNetwork": True}}}
    assert judge({"apiVersion": "apps/v1", "kind": "Deployment", "spec": spec}).outcome is Outcome.NOT_CHECKED


@pytest.mark.parametrize(("version", "codes"), [("1.35", ["SC133"]), ("1.36", []), ("1.40", [])])
def test_name_of_a_service_starts_with_a_digit_since_kubernetes_1_36(version: str, codes: list[str]) -> None:
    service = {**thing("v1", "Service", spec={"ports": [{"port": 80}]}), "metadata": {"name": "1st"}}
    judgement = Catalogue.bundled().narrowed({"kubernetes": version}).check(Resource(service))
    assert [code for code, _ in judgement.faults] == codes
