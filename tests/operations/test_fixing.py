"""Fixes are shown only where they are proven: alone, together, in several objects, and in blocks of a page."""

from collections.abc import Iterator

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.finding import Draft, Finding
from service_mesh.model.fix import Fix, Replace
from service_mesh.model.node import Node
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.resource import Resource
from service_mesh.operations.fixing import Fixing
from service_mesh.operations.loading import Loaded, Text, read_again
from service_mesh.operations.request import FixMode, Inputs, ValidateRequest
from service_mesh.operations.validate import validate
from service_mesh.rules.rule import Rule
from tests.engine.rules import engine_of, namespace_rule


def _labels(resource: Resource, value: str) -> Iterator[Node]:
    return (node for node in resource.each("metadata.labels{}") if node.text == value)


def _turns(code: str, old: str, new: str, *, safe: bool = True) -> Rule:
    """A rule that finds labels with the value `old` and would replace it."""

    def check(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
        for node in _labels(resource, old):
            yield node.finding(f"label '{node.path[-1]}' is {old}", fix=Fix.replace(node, new, safe=safe))

    return namespace_rule(code, check)


def _says_of_each(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    yield from (node.finding(f"label '{node.path[-1]}' is bad") for node in _labels(resource, "bad"))


def _says_of_two(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    if len(list(_labels(resource, "blue"))) > 1:
        yield resource.root.finding("two labels are blue")


_RED, _RED_TOO = _turns("IS981", "red", "blue"), _turns("IS982", "red", "green")
_ODD, _RISKY = _turns("IS983", "odd", "bad"), _turns("IS984", "dim", "blue", safe=False)
_BAD, _TWO = namespace_rule("IS985", _says_of_each), namespace_rule("IS986", _says_of_two)


def _namespace(name: str, **labels: str) -> str:
    lines = "".join(f"    {key}: {value}\n" for key, value in labels.items())
    return f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n  labels:\n{lines}"


def _fixing(rules: tuple[Rule, ...], **texts: str) -> Fixing:
    """The fixes of everything that these rules alone find in some texts; `a_md` names the page `a.md`."""
    engine = engine_of(*rules, only=True)
    given = tuple(Text(SourceText(name.replace("_", "."), text), Layer.PATHS) for name, text in texts.items())
    worlds = tuple(read_again(given, Complete.AUTO))
    found = [graded for world in worlds for graded in engine.run(world).findings]
    return Fixing(engine, Loaded(given, worlds, ()), Complete.AUTO, found, found)


def _shown(fixing: Fixing) -> list[tuple[str, str, str | None]]:
    return [(f.code, f.message, f.fix.title if f.fix else None) for f in fixing.views()]


def _texts(fixing: Fixing, mode: FixMode = FixMode.ALL) -> dict[str, str]:
    return {fixed.file: fixed.text for fixed in fixing.fixed(mode)}


def test_each_of_two_fixes_that_contradict_each_other_is_shown_and_the_first_is_applied() -> None:
    text = _namespace("shop", a="red", b="plain")
    fixing = _fixing((_RED, _RED_TOO), a_yaml=text)
    assert _shown(fixing) == [
        ("IS981", "label 'a' is red", "replace with 'blue'"),
        ("IS982", "label 'a' is red", "replace with 'green'"),
    ]
    assert _texts(fixing) == {"a.yaml": text.replace("red", "blue")}


def _titles(fixing: Fixing) -> list[str | None]:
    return [title for _, _, title in _shown(fixing)]


def test_fix_that_brings_another_finding_is_withdrawn_and_the_others_are_shown() -> None:
    text = _namespace("shop", a="red", b="odd", c="red")
    fixing = _fixing((_RED, _ODD, _BAD), a_yaml=text)
    assert _shown(fixing) == [
        ("IS981", "label 'a' is red", "replace with 'blue'"),
        ("IS983", "label 'b' is odd", None),
        ("IS981", "label 'c' is red", "replace with 'blue'"),
    ]
    assert _texts(fixing) == {"a.yaml": text.replace("red", "blue")}


def test_one_fix_that_brings_a_finding_costs_none_of_a_hundred_others() -> None:
    text = "---\n".join(_namespace(f"n{n}", a="odd" if n == 70 else "red") for n in range(101))
    fixing = _fixing((_RED, _ODD, _BAD), a_yaml=text)
    assert [title for title in _titles(fixing) if title is None] == [None]
    assert _texts(fixing) == {"a.yaml": text.replace("red", "blue")}


def test_many_fixes_that_bring_findings_cost_a_bounded_number_of_runs() -> None:
    runs: list[str] = []

    def counts(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
        runs.extend([resource.name] if resource.name == "n0" else [])
        yield from ()

    text = "---\n".join(_namespace(f"n{n}", a="odd") for n in range(100))
    fixing = _fixing((_ODD, _BAD, namespace_rule("IS987", counts)), a_yaml=text)
    assert _titles(fixing) == [None] * 100
    assert _texts(fixing) == {}
    assert len(runs) == 1 + 40


def test_fixes_that_are_right_alone_and_wrong_together_are_not_applied_together() -> None:
    text = _namespace("shop", a="red", b="red", c="red")
    fixing = _fixing((_RED, _TWO), a_yaml=text)
    assert _titles(fixing) == ["replace with 'blue'"] * 3
    assert _texts(fixing) == {"a.yaml": text.replace("a: red", "a: blue")}


def test_safe_fixes_are_proven_again_without_the_risky_ones() -> None:
    text = _namespace("shop", a="red", b="dim")
    fixing = _fixing((_RED, _RISKY), a_yaml=text)
    assert _texts(fixing, FixMode.SAFE) == {"a.yaml": text.replace("red", "blue")}
    assert _texts(fixing, FixMode.ALL) == {"a.yaml": text.replace("red", "blue").replace("dim", "blue")}


def test_fix_that_leaves_its_finding_is_withdrawn() -> None:
    fixing = _fixing((_turns("IS981", "red", "red"),), a_yaml=_namespace("shop", a="red"))
    assert _shown(fixing) == [("IS981", "label 'a' is red", None)]


@pytest.mark.parametrize("timeout", ["5", "0", "1.5"])
def test_number_is_not_quoted_where_a_rule_would_refuse_the_text(timeout: str) -> None:
    text = (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: shop\nspec:\n  hosts: [shop]\n"
        f"  http:\n  - timeout: {timeout}\n    route: [{{destination: {{host: shop}}}}]\n"
    )
    result = validate(ValidateRequest(Inputs(manifests=text), select=("SC",)))
    message = f"'timeout' is the number '{timeout}' where a string is expected"
    assert [(f.code, f.message, f.fix) for f in result.findings] == [("SC121", message, None)]


def test_fix_that_cannot_be_made_is_withdrawn_and_the_others_are_shown() -> None:
    shared = _namespace("shop", a="&old red", b="*old")
    fixing = _fixing((_RED,), a_yaml=shared + "---\n" + _namespace("cart", a="red"))
    assert _shown(fixing) == [
        ("IS981", "label 'a' is red", None),
        ("IS981", "label 'b' is red", "replace with 'blue'"),
        ("IS981", "label 'a' is red", "replace with 'blue'"),
    ]
    assert _texts(fixing) == {"a.yaml": shared.replace("*old", "blue") + "---\n" + _namespace("cart", a="blue")}


def test_more_contradicting_edits_of_one_document_than_are_tried_are_left_for_the_next_time() -> None:
    labels = {f"l{n:02}": "red" for n in range(40)}
    fixing = _fixing((_RED, _RED_TOO), a_yaml=_namespace("shop", **labels))
    (text,) = _texts(fixing).values()
    assert text == _namespace("shop", **labels | {f"l{n:02}": "blue" for n in range(30)})


def _renames_everywhere(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    for node in _labels(resource, "first"):
        others = [other for kept in mesh.of_kind(resource.kind) for other in _labels(kept, "second")]
        edits = tuple(Replace(place.resource, place.path, "both") for place in (node, *others))
        yield node.finding("labels differ", fix=Fix("say 'both'", False, edits))


_EVERYWHERE = namespace_rule("IS988", _renames_everywhere)


def _only(fixing: Fixing) -> Finding:
    (finding,) = fixing.views()
    return finding


def test_fix_of_several_objects_is_shown_and_applied_in_all_their_files() -> None:
    first, second = _namespace("one", a="first"), _namespace("two", a="second")
    fixing = _fixing((_EVERYWHERE,), a_yaml=first + "---\n" + second, b_yaml=second.replace("two", "three"))
    fix = _only(fixing).fix
    assert fix is not None
    assert [line for line in fix.diff.splitlines() if line[:3] in ("---", "@@ ") or line[1:].strip() == "a: both"] == [
        "--- a/a.yaml",
        "@@ -3,4 +3,4 @@",
        "+    a: both",
        "--- a/a.yaml",
        "@@ -10,4 +10,4 @@",
        "+    a: both",
        "--- a/b.yaml",
        "@@ -3,4 +3,4 @@",
        "+    a: both",
    ]
    assert _texts(fixing) == {
        "a.yaml": (first + "---\n" + second).replace("first", "both").replace("second", "both"),
        "b.yaml": second.replace("two", "three").replace("second", "both"),
    }


def test_fix_that_concerns_an_object_without_a_text_is_not_shown() -> None:
    live = Resource({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "live", "labels": {"a": "second"}}})

    def check(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
        for node in _labels(resource, "first"):
            edits = (Replace(resource, node.path, "both"), Replace(live, ("metadata", "labels", "a"), "both"))
            yield node.finding("labels differ", fix=Fix("say 'both'", True, edits))

    fixing = _fixing((namespace_rule("IS988", check),), a_yaml=_namespace("one", a="first"))
    assert _shown(fixing) == [("IS988", "labels differ", None)]
    assert _texts(fixing) == {}


def test_fix_of_what_the_input_may_simply_not_hold_is_not_shown() -> None:
    def check(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
        for node in _labels(resource, "red"):
            yield node.finding("blue is absent", fix=Fix.replace(node, "blue", safe=True), partial=True)

    fixing = _fixing((namespace_rule("IS988", check),), a_yaml=_namespace("one", a="red"))
    assert _shown(fixing) == [("IS988", "blue is absent in the given files", None)]


_PAGE = """\
# Page

- First:

  ```yaml
  apiVersion: v1
  kind: Namespace
  metadata:
    name: one
    labels: {a: red}
  ```

- Then, from the shell:

  ```bash
  kubectl apply -f - <<'EOF'
  apiVersion: v1
  kind: Namespace
  metadata:
    name: two
    labels: {a: red, b: red}
  EOF
  ```

The word red stays red.
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_fixes_in_several_blocks_of_a_page_keep_everything_around_them(line_end: str) -> None:
    page = _PAGE.replace("\n", line_end)
    fixing = _fixing((_RED, _RED_TOO), page_md=page, other_md="# No block\n\na: red\n")
    assert _texts(fixing) == {"page.md": page.replace("a: red", "a: blue").replace("b: red", "b: blue")}


def test_fix_in_a_block_is_shown_with_the_lines_and_the_margin_of_its_page() -> None:
    first = next(iter(_fixing((_RED,), page_md=_PAGE).views()))
    assert (first.line, first.fix and first.fix.diff) == (
        10,
        "--- a/page.md\n+++ b/page.md\n@@ -7,4 +7,4 @@\n   kind: Namespace\n   metadata:\n     name: one\n"
        "-    labels: {a: red}\n+    labels: {a: blue}\n",
    )
