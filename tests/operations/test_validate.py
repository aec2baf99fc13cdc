from pathlib import Path

import pytest

from service_mesh.errors import InputError, UsageError
from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.request import FixMode, Inputs, ValidateRequest
from service_mesh.operations.result import Counts, NotChecked, ResourceCounts, ValidateResult, Verdict
from service_mesh.operations.validate import validate, validate_to_write
from service_mesh.operations.write import write_fixed

_OUTLIER = """\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  trafficPolicy:
    outlierDetection:
      consecutiveErrors: 1 # eject early
"""
_LEAST = """\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: web, namespace: shop}
spec:
  host: web
  trafficPolicy:
    loadBalancer: {simple: LEAST_CONN}
"""
_SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
"""


def _manifests(text: str, **options: object) -> ValidateResult:
    return validate(ValidateRequest(Inputs(manifests=text), **options))  # type: ignore[arg-type]  # test shorthand


def test_nothing_given_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to validate; give manifests, paths, a snapshot or a kubeconfig"):
        validate(ValidateRequest(Inputs()))


def test_documents_are_counted_by_what_became_of_them() -> None:
    text = "---\n".join(
        [
            _LEAST,
            "a: 1\n",
            "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: 7}\n",
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n",
            "apiVersion: v1\nkind: {{ .Values.kind }}\n",
            "{",
            "# nothing\n",
        ]
    )
    result = _manifests(text)
    assert result.resources == ResourceCounts(total=6, valid=1, invalid=2, skipped=1, not_checked=2)
    assert [entry.what for entry in result.not_checked] == ["manifests", "1 object"]


def test_unknown_group_is_not_checked_and_says_how_to_settle_it() -> None:
    result = _manifests("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n")
    assert result.verdict is Verdict.INCOMPLETE
    assert result.nothing_checked
    assert result.not_checked == (
        NotChecked(
            "1 object",
            "no schema for 'Thing.example.com'",
            "give their definitions as crds (--crds PATH), or ask a cluster: kubectl apply --dry-run=server -f FILE",
        ),
    )


def test_threshold_decides_the_verdict() -> None:
    with_service = f"{_LEAST}---\n{_SERVICE}"
    assert _manifests(with_service).verdict is Verdict.PASS
    assert _manifests(_LEAST).verdict is Verdict.INCOMPLETE
    assert _manifests(_LEAST, fail_on=Severity.INFO).verdict is Verdict.FAIL
    assert _manifests(_LEAST, min_severity=Severity.WARNING).counts == Counts(0, 0, 0)


def test_namespace_narrows_the_report_and_keeps_the_surroundings() -> None:
    both = _OUTLIER + "---\n" + _OUTLIER.replace("namespace: shop", "namespace: other")
    result = _manifests(both, namespace="other")
    assert [(f.resource.namespace, f.code) for f in result.findings if f.resource] == [("other", "IS101")]
    assert result.resources.total == 2


def test_absence_in_a_partial_input_is_not_checked() -> None:
    route = (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\n"
        "spec:\n  hosts: [web.example.com]\n  gateways: [public]\n"
        "  http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]\n---\n"
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
        "spec: {ports: [{name: http, port: 80}]}\n---\n"
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: inner, namespace: mesh}\n"
        "spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a.example.com]}]}\n"
    )
    partial = _manifests(route)
    assert [(f.code, f.severity.value) for f in partial.findings] == [("IS104", "info")]
    assert partial.verdict is Verdict.INCOMPLETE
    complete = _manifests(route, complete=Complete.YES)
    assert [(f.code, f.severity.value) for f in complete.findings] == [("IS104", "error")]


def test_safe_fixes_leave_unsafe_ones_alone() -> None:
    text = _OUTLIER + "---\n" + _LEAST
    (safe,) = _manifests(text, fix=FixMode.SAFE).fixed
    (everything,) = _manifests(text, fix=FixMode.ALL).fixed
    assert safe.text == text.replace("LEAST_CONN", "LEAST_REQUEST")
    mended = text.replace("LEAST_CONN", "LEAST_REQUEST").replace("consecutiveErrors:", "consecutive5xxErrors:")
    assert everything.text == mended
    assert _manifests(everything.text).findings == ()


def test_fix_of_each_finding_is_shown_as_a_diff() -> None:
    (finding,) = _manifests(_OUTLIER).findings
    assert finding.fix is not None
    assert (
        "-      consecutiveErrors: 1 # eject early\n+      consecutive5xxErrors: 1 # eject early\n" in finding.fix.diff
    )


def test_fix_in_a_markdown_block_keeps_the_page(tmp_path: Path) -> None:
    page = "# Page\n\n- item\n\n  ```yaml\n" + "".join(f"  {line}\n" for line in _LEAST.splitlines()) + "  ```\n"
    path = tmp_path / "page.md"
    path.write_text(page, encoding="utf-8")
    result = validate(ValidateRequest(Inputs(paths=(str(path),)), fix=FixMode.SAFE))
    assert [(f.line, f.code) for f in result.findings] == [(12, "IS102")]
    assert result.fixed[0].text == page.replace("LEAST_CONN", "LEAST_REQUEST")


def test_fixes_are_written_in_the_files_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + _LEAST.replace("\n", "\r\n").encode())
    write_fixed(validate_to_write(ValidateRequest(Inputs(paths=(str(path),)), fix=FixMode.SAFE))[1])
    assert (
        path.read_bytes()
        == b"\xef\xbb\xbf" + _LEAST.replace("LEAST_CONN", "LEAST_REQUEST").replace("\n", "\r\n").encode()
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["rule.yaml"]


def test_nothing_is_written_when_any_file_changed_meanwhile(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(_LEAST, encoding="utf-8")
    _, fixed = validate_to_write(ValidateRequest(Inputs(paths=(str(tmp_path),)), fix=FixMode.SAFE))
    (tmp_path / "b.yaml").write_text(_LEAST + "# mine\n", encoding="utf-8")
    with pytest.raises(InputError, match="changed while it was judged, nothing was written"):
        write_fixed(fixed)
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == _LEAST


def test_markdown_documents_are_worlds_of_their_own(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(f"```yaml\n{_LEAST}```\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(_LEAST, encoding="utf-8")
    found = validate(ValidateRequest(Inputs(paths=(str(tmp_path),)))).findings
    assert [(Path(f.file).name, f.code) for f in found] == [("a.md", "IS102"), ("b.md", "IS102"), ("c.yaml", "IS102")]


def test_here_document_that_the_shell_fills_in_is_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    body = _LEAST.replace("name: web", "name: $NAME")
    path.write_text(f"```bash\nkubectl apply -f - <<EOF\n{body}EOF\n```\n", encoding="utf-8")
    result = validate(ValidateRequest(Inputs(paths=(str(path),))))
    assert (result.findings, result.verdict) == ((), Verdict.INCOMPLETE)
    assert result.not_checked == (
        NotChecked(
            f"{path} line 2", "the shell fills in a here-document", "write its values out and validate the result"
        ),
    )


def test_relative_path_is_looked_for_in_the_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    for folder in (root / "mesh", elsewhere):
        folder.mkdir(parents=True)
    (root / "mesh" / "rule.yaml").write_text(_LEAST, encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    for path in ("mesh", "mesh/rule.yaml", "mesh/*.yaml"):
        result = validate(ValidateRequest(Inputs(paths=(path,), roots=(str(root),))))
        assert [(f.file, f.code) for f in result.findings] == [(str(root / "mesh" / "rule.yaml"), "IS102")]


@pytest.mark.parametrize("named", ["overlay", "overlay/patch.yaml"])
def test_patch_of_an_overlay_is_not_judged_as_a_whole_object(tmp_path: Path, named: str) -> None:
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay/kustomization.yaml").write_text("patches: [{path: patch.yaml}]\n", encoding="utf-8")
    patch = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: shop}\nspec: {subsets: [{}]}\n"
    (tmp_path / "overlay/patch.yaml").write_text(patch, encoding="utf-8")
    result = validate(ValidateRequest(Inputs(paths=(str(tmp_path / named),))))
    assert (result.findings, result.verdict) == ((), Verdict.INCOMPLETE)
    assert [entry.how_to_settle for entry in result.not_checked] == [
        f"kubectl kustomize {tmp_path / 'overlay'} | service-mesh validate -"
    ]


@pytest.mark.parametrize("patch", ["$patch: delete\nspec: {}", "spec: {$patch: replace, subsets: []}"])
def test_document_that_says_it_is_a_patch_is_not_judged(patch: str) -> None:
    result = _manifests(
        f"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: shop}}\n{patch}\n"
    )
    assert (result.findings, result.verdict) == ((), Verdict.INCOMPLETE)
    assert result.resources == ResourceCounts(total=1, not_checked=1)
    assert result.not_checked == (
        NotChecked(
            "1 document",
            "a patch that another object is changed by is no whole object",
            "render the overlay: kubectl kustomize FOLDER | service-mesh validate -",
        ),
    )
