"""From schemas to facts: what is kept, what is left out, and the same bytes whatever the order."""

import json
from pathlib import Path

import pytest
import yaml

from service_mesh.catalog.archive import Archive
from service_mesh.catalog.builtin import facts_from_definitions
from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.convert import facts_from_crd, facts_from_schema
from service_mesh.catalog.facts import Fact, version_rank
from service_mesh.model.resource import Resource
from tools.build_catalogue import main

SPEC = {
    "type": "object",
    "description": "Prose that must not survive, however long and however useful it would be to a reader.",
    "required": ["host", "mode"],
    "properties": {
        "host": {"type": "string", "maxLength": 253, "pattern": "^[a-z.]+$"},
        "mode": {"type": "string", "enum": ["FAST", "SLOW"], "default": "FAST"},
        "hosts": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set", "maxItems": 3},
        "port": {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
    },
}


def _crd(kind: str = "Widget", group: str = "shop.example") -> dict[str, object]:
    status = {"type": "object", "required": ["seen"], "properties": {"seen": {"type": "integer"}}}
    schema = {"type": "object", "properties": {"metadata": {"type": "object"}, "spec": SPEC, "status": status}}
    versions = [
        {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}},
        {
            "name": "v1beta1",
            "served": False,
            "storage": False,
            "deprecated": True,
            "schema": {"openAPIV3Schema": schema},
        },
    ]
    for version in versions:
        version["subresources"] = {"status": {}}
    names = {"kind": kind, "plural": f"{kind.lower()}s"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.lower()}s.{group}"},
        "spec": {"group": group, "names": names, "scope": "Namespaced", "versions": versions},
    }


def test_custom_resource_definition_becomes_facts_alone() -> None:
    facts = facts_from_crd(_crd())
    assert (facts.group, facts.kind, facts.plural, facts.scope) == (
        "shop.example",
        "Widget",
        "widgets",
        "Namespaced",
    )
    assert [(v.name, v.served, v.storage, v.deprecated) for v in facts.versions] == [
        ("v1", True, True, False),
        ("v1beta1", False, False, True),
    ]
    assert facts.versions[0].root == {
        "fields": {
            "apiVersion": "string",
            "kind": "string",
            "metadata": "metadata",
            "spec": {
                "fields": {
                    "host": {"type": "string", "maxLength": 253, "pattern": "^[a-z.]+$"},
                    "mode": {"type": "string", "enum": ["FAST", "SLOW"], "default": "FAST"},
                    "hosts": {"items": "string", "list": "set", "maxItems": 3},
                    "port": "int-or-string",
                },
                "required": ["host"],
            },
            "status": {"fields": {"seen": "any"}, "loose": True},
        }
    }


@pytest.mark.parametrize(
    ("schema", "fact"),
    [
        ({"type": "string", "description": "x"}, "string"),
        ({"type": "string", "nullable": True}, {"type": "string", "nullable": True}),
        ({"type": "string", "nullable": False}, "string"),
        ({"type": "boolean", "default": False}, {"type": "boolean", "default": False}),
        ({"type": "integer", "format": "int32"}, {"type": "integer", "format": "int32"}),
        ({"type": "string", "format": "idn-hostname"}, "string"),
        ({"type": "object"}, {"fields": {}}),
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, "object"),
        ({"x-kubernetes-preserve-unknown-fields": True}, "any"),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}, "x-kubernetes-preserve-unknown-fields": True},
            {"fields": {"a": "string"}, "open": True},
        ),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {"values": "string"}),
        ({"type": "object", "additionalProperties": True}, {"values": "any"}),
        (
            {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"]},
            {"items": "any", "list": "map", "keys": ["a"]},
        ),
        ({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "atomic"}, {"items": "string"}),
    ],
)  # fmt: skip
def test_schema_node_becomes_its_fact(schema: dict[str, object], fact: Fact) -> None:
    assert facts_from_schema(schema) == fact


def test_name_limits_of_a_definition_are_kept_beside_the_metadata_of_every_object() -> None:
    crd = _crd()
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]  # type: ignore[index]  # made a few lines above
    schema["properties"]["metadata"]["properties"] = {"name": {"type": "string", "maxLength": 8}}
    root = facts_from_crd(crd).versions[0].root
    assert isinstance(root, dict)
    assert root["fields"]["metadata"] == {  # type: ignore[index]  # a map, as the line above shows
        "type": "metadata",
        "fields": {"name": {"type": "string", "maxLength": 8}},
    }


@pytest.mark.parametrize("missing", ["spec", "names", "versions"])
def test_definition_without_one_of_its_parts_is_refused_by_name(missing: str) -> None:
    crd = _crd()
    holder = crd if missing == "spec" else crd["spec"]
    del holder[missing]  # type: ignore[attr-defined]  # both are maps
    with pytest.raises(ValueError, match=missing):
        facts_from_crd(crd)


@pytest.mark.parametrize(
    ("name", "rank"),
    [("v1", (2, 1, 0)), ("v2", (2, 2, 0)), ("v1beta2", (1, 1, 2)), ("v1alpha1", (0, 1, 1)), ("edge", (-1, 0, 0))],
)
def test_versions_are_ranked_as_the_api_server_prefers_them(name: str, rank: tuple[int, int, int]) -> None:
    assert version_rank(name) == rank


def test_built_in_kind_becomes_facts_with_the_semantics_of_decoding() -> None:
    definitions: dict[str, dict[str, object]] = {
        "io.k8s.api.core.v1.ConfigMap": {
            "properties": {
                "apiVersion": {"type": ["string", "null"], "enum": ["v1"]},
                "data": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
                "metadata": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},
                "sizes": {"type": "array", "items": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity"}},
            },
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "ConfigMap"}],
        },
        "io.k8s.api.core.v1.Node": {
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Node"}],
        },
        "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {"properties": {"name": {"type": ["string", "null"]}}},
    }
    found = facts_from_definitions(definitions)
    assert (found.named, found.metadata) == ({"": ["List", "Node"]}, {"fields": {"name": "string"}})
    assert found.kinds[0].versions[0].root == {
        "fields": {
            "apiVersion": "string",
            "kind": "string",
            "data": {"values": "string"},
            "metadata": "metadata",
            "sizes": {"items": {"type": "quantity", "nullable": True}},
        }
    }


def _folder(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name / "crds.yaml"
        path.parent.mkdir(parents=True)
        group = f"{name.partition('/')[0]}.example"
        path.write_text(yaml.safe_dump_all([_crd(group=group), _crd("Gadget", group)]), encoding="utf-8")
    return root


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def test_releases_added_one_by_one_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    crds = _folder(tmp_path / "crds", "shop/1.9.0", "shop/1.10.0", "mesh/v2/standard", "mesh/v2/experimental")
    assert main(["--crds", str(crds), "--out", str(tmp_path / "at-once")]) == 0
    for release in ("shop/1.10.0", "mesh/v2", "shop/1.9.0", "shop/1.10.0"):
        assert main(["--crds", str(crds), "--only", release, "--out", str(tmp_path / "bit-by-bit")]) == 0
    assert _bytes(tmp_path / "at-once") == _bytes(tmp_path / "bit-by-bit")
    index = json.loads((tmp_path / "at-once" / "INDEX.json").read_text(encoding="utf-8"))
    assert index["releases"] == {"mesh": ["v2/standard", "v2/experimental"], "shop": ["1.9.0", "1.10.0"]}


def test_kind_of_two_projects_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for project in ("mesh", "shop"):
        path = tmp_path / "crds" / project / "1" / "crds.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump(_crd()), encoding="utf-8")
    assert main(["--crds", str(tmp_path / "crds"), "--out", str(tmp_path / "data")]) == 2
    message = f"build_catalogue: {path}: 'Widget.shop.example' is a kind of project 'mesh' already\n"
    assert capsys.readouterr().err == message


def test_copy_of_a_group_that_another_project_defines_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "crds" / "mesh" / "1" / "crds.yaml"
    path.parent.mkdir(parents=True)
    text = yaml.safe_dump_all([_crd(), _crd("Gateway", "gateway.networking.k8s.io")])
    path.write_text(text, encoding="utf-8")
    assert main(["--crds", str(tmp_path / "crds"), "--out", str(tmp_path / "data")]) == 0
    assert set(Archive(tmp_path / "data").index["kinds"]) == {"shop.example"}


def test_part_of_two_kinds_is_stored_once(tmp_path: Path) -> None:
    assert main(["--crds", str(_folder(tmp_path / "crds", "shop/1.9.0", "shop/1.10.0")), "--out", str(tmp_path)]) == 0
    texts = [text.decode() for text in _bytes(tmp_path).values()]
    assert sum(text.count('"FAST","SLOW"') for text in texts) == 1


def test_built_catalogue_judges_objects(tmp_path: Path) -> None:
    assert main(["--crds", str(_folder(tmp_path / "crds", "shop/1.9.0")), "--out", str(tmp_path / "data")]) == 0
    catalogue = Catalogue(Archive(tmp_path / "data"))
    data = {"apiVersion": "shop.example/v1", "kind": "Widget", "metadata": {"name": "a"}}
    told = [
        (code, draft.message)
        for spec in ({"host": "a", "mode": None}, {"host": "A"}, {"host": "a", "hosts": ["x", "x"]}, {"port": 8})
        for code, draft in catalogue.check(Resource({**data, "spec": spec})).faults
    ]
    assert told == [
        ("SC124", "'host' is 'A', which does not match '^[a-z.]+$'"),
        ("SC126", "'hosts[1]' repeats the string 'x' of 'hosts[0]'"),
        ("SC125", "'host' is missing in 'spec'"),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to add; give --crds or --kubernetes, see --help"),
        (["--crds", "{}"], "no folder PROJECT/RELEASE below {}"),
        (["--crds", "{}", "--only", "shop/9"], "no folder shop/9 below {}"),
        (["--kubernetes", "{}"], "--kubernetes needs --kubernetes-release, for example 1.37"),
    ],
)
def test_wrong_call_of_the_builder_is_told_in_one_line(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path)
    assert main([argument.replace("{}", place) for argument in arguments] + ["--out", place]) == 2
    assert capsys.readouterr().err == f"build_catalogue: {said.replace('{}', place)}\n"


def test_broken_definition_is_told_with_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "crds" / "shop" / "1"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("kind: CustomResourceDefinition\n", encoding="utf-8")
    assert main(["--crds", str(tmp_path / "crds"), "--out", str(tmp_path / "data")]) == 2
    assert capsys.readouterr().err == f"build_catalogue: {folder / 'a.yaml'}: 'spec' is missing\n"
    assert not (tmp_path / "data").exists()
