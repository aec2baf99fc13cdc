"""`crds` from the request to the answer: definitions of the caller replace the bundled ones."""

from pathlib import Path

import pytest

from service_mesh.errors import InputError
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import NotChecked, ValidateResult, Verdict
from service_mesh.operations.validate import validate

_WIDGETS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example}
spec:
  group: shop.example
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1}
              color: {type: string, pattern: "^[a-z]+$"}
"""
_WIDGET = """\
apiVersion: shop.example/v1
kind: Widget
metadata: {name: small, namespace: shop}
spec:
  size: 0
  color: Red
  colour: red
"""
_SIDECARS = _WIDGETS.replace("shop.example", "networking.istio.io").replace("Widget", "Sidecar")
_SIDECARS = _SIDECARS.replace("widgets", "sidecars")


@pytest.fixture
def crds(tmp_path: Path) -> Path:
    folder = tmp_path / "crds"
    folder.mkdir()
    (folder / "widgets.yaml").write_text(_WIDGETS, encoding="utf-8")
    (folder / "README.md").write_text("# not a definition\n", encoding="utf-8")
    return folder


def _validated(text: str, *crds: Path, **options: object) -> ValidateResult:
    paths = tuple(str(path) for path in crds)
    return validate(ValidateRequest(Inputs(manifests=text), crds=paths, **options))  # type: ignore[arg-type]  # test shorthand


def _told(result: ValidateResult) -> list[tuple[str, str, int, int, str]]:
    return [(f.code, Path(f.file).name, f.line, f.column, f.message) for f in result.findings]


def test_kind_without_a_bundled_definition_is_judged_by_the_given_one(crds: Path) -> None:
    assert _validated(_WIDGET).verdict is Verdict.INCOMPLETE
    result = _validated(_WIDGET, crds)
    assert _told(result) == [
        ("SC123", "manifests", 5, 9, "'size' is 0, below the minimum 1"),
        ("SC124", "manifests", 6, 10, "'color' is 'Red', which does not match '^[a-z]+$'"),
        ("SC120", "manifests", 7, 3, "'colour' is not a field of 'spec'"),
    ]
    assert (result.verdict, result.not_checked, result.versions) == (Verdict.FAIL, (), {})


def test_given_definition_replaces_the_bundled_one_of_its_kind_and_of_no_other(tmp_path: Path) -> None:
    (tmp_path / "sidecars.yaml").write_text(_SIDECARS, encoding="utf-8")
    text = """\
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: shop}
spec: {size: 2, egress: []}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop}
spec: {size: 2}
---
apiVersion: networking.istio.io/v1alpha3
kind: Sidecar
metadata: {name: shop}
"""
    assert _told(_validated(text, tmp_path, select=("SC",))) == [
        ("SC120", "manifests", 4, 17, "'egress' is not a field of 'spec'"),
        ("SC120", "manifests", 9, 8, "'size' is not a field of 'spec'"),
        (
            "SC110",
            "manifests",
            11,
            13,
            "version 'v1alpha3' of 'Sidecar.networking.istio.io' is not served by the given definition, 'v1' is",
        ),
    ]


def test_faulty_definition_is_told_in_its_own_file_and_its_objects_are_not_checked(tmp_path: Path) -> None:
    file = tmp_path / "widgets.yaml"
    file.write_text(_WIDGETS.replace("            type: object\n", ""), encoding="utf-8")
    result = _validated(_WIDGET, file)
    assert _told(result) == [
        (
            "SC141",
            "widgets.yaml",
            16,
            11,
            "the schema is not structural: 'type' is missing in"
            " 'spec.versions[0].schema.openAPIV3Schema.properties.spec'",
        )
    ]
    assert result.not_checked == (
        NotChecked(
            "1 object",
            "the given definition of 'Widget.shop.example' is faulty",
            "give their definitions as crds (--crds PATH), or ask a cluster: kubectl apply --dry-run=server -f FILE",
        ),
    )


def test_definition_of_a_version_that_nobody_serves_is_told(tmp_path: Path) -> None:
    file = tmp_path / "widgets.yaml"
    file.write_text(_WIDGETS.replace("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"), encoding="utf-8")
    assert _told(_validated(_WIDGET, file)) == [
        (
            "SC141",
            "widgets.yaml",
            1,
            13,
            "the definition is of 'apiextensions.k8s.io/v1beta1', which no API server takes since Kubernetes 1.22",
        )
    ]


def test_kind_of_two_definitions_is_told_and_judged_by_the_first(crds: Path) -> None:
    (crds / "z.yaml").write_text(_WIDGETS.replace("minimum: 1", "minimum: 0"), encoding="utf-8")
    told = _told(_validated(_WIDGET, crds))
    assert told[0] == (
        "SC141",
        "z.yaml",
        7,
        17,
        "'Widget.shop.example' is defined a second time, the first definition counts",
    )
    assert [code for code, *_ in told[1:]] == ["SC123", "SC124", "SC120"]


def test_text_that_is_no_yaml_among_the_definitions_is_told_and_the_others_count(crds: Path) -> None:
    (crds / "broken.yaml").write_text("spec: {\n", encoding="utf-8")
    codes = [(code, file) for code, file, *_ in _told(_validated(_WIDGET, crds))]
    assert codes == [
        ("SC101", "broken.yaml"),
        ("SC123", "manifests"),
        ("SC124", "manifests"),
        ("SC120", "manifests"),
    ]


def test_faults_of_definitions_are_told_whatever_the_namespace(crds: Path) -> None:
    (crds / "z.yaml").write_text(_WIDGETS, encoding="utf-8")
    assert [code for code, *_ in _told(_validated(_WIDGET, crds, namespace="other"))] == ["SC141"]
    assert _told(_validated(_WIDGET, crds, ignore=("SC141", "SC12"))) == []


def test_paths_without_any_definition_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(_WIDGET, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        _validated(_WIDGET, tmp_path)
    said = f"there is no CustomResourceDefinition in '{tmp_path}'; name files or folders that hold some"
    assert str(refused.value) == said


def test_unrendered_template_among_the_definitions_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "widgets.yaml").write_text(_WIDGETS.replace("widgets.", "{{ .Values.plural }}."), encoding="utf-8")
    result = _validated(_WIDGET, tmp_path)
    assert (_told(result), [entry.how_to_settle for entry in result.not_checked]) == (
        [],
        [
            "render it first: helm template NAME CHART --include-crds",
            "give their definitions as crds (--crds PATH), or ask a cluster: kubectl apply --dry-run=server -f FILE",
        ],
    )


def test_definitions_lie_within_the_roots(crds: Path, tmp_path: Path) -> None:
    inputs = Inputs(manifests=_WIDGET, roots=(str(tmp_path / "mesh"),))
    with pytest.raises(InputError, match="lies outside the allowed roots"):
        validate(ValidateRequest(inputs, crds=(str(crds),)))


def test_versions_and_definitions_go_together(tmp_path: Path) -> None:
    (tmp_path / "sidecars.yaml").write_text(_SIDECARS, encoding="utf-8")
    text = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec: {hosts: [a]}\n"
    result = _validated(text, tmp_path, versions={"istio": "1.20"}, select=("SC",))
    assert [f.code for f in result.findings] == ["SC110"]
