"""Labels are compared in one place: whoever asks who is selected asks the selectors and the mesh."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_mesh.model import selectors

_ROOT = Path(selectors.__file__).parents[1]
_FILES = sorted({*_ROOT.glob("rules/**/*.py"), *_ROOT.glob("posture/**/*.py"), *_ROOT.glob("mesh/*.py")})

_NO_LABELS = {
    "posture/istio/delegation.py": "conditions of two routes are compared, and nothing is selected",
    "rules/istio/_match_cover.py": "conditions of two routes are compared, and nothing is selected",
    "rules/istio/_policy_scopes.py": "clauses of two rules are compared, and nothing is selected",
    "rules/kubernetes/selector_misses_template.py": "a selector's labels are found in the template of its own object",
}


def _offences(source: str) -> Iterator[int]:
    """Lines that compare every pair of one map with another map, which is what matching labels is."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.For():
                found = _compares_pairs(node)
            case ast.Compare(left=left, comparators=others):
                found = all(map(_holds_pairs, (left, *others)))
            case ast.Call(func=ast.Attribute(value=value, attr="issubset" | "issuperset"), args=arguments):
                found = _holds_pairs(value) and any(map(_holds_pairs, arguments))
            case ast.Attribute(attr="met_by"):
                found = True
            case _:
                found = False
        if found:
            yield getattr(node, "lineno", 0)


def _compares_pairs(loop: ast.For | ast.GeneratorExp | ast.ListComp | ast.SetComp) -> bool:
    """Tell whether a loop over the pairs of a map looks the same key up in another map and compares."""
    sources = [loop] if isinstance(loop, ast.For) else loop.generators
    keys = [key.id for one in sources if _is_pairs(one.iter) for key in _keys(one.target)]
    compared = (
        part for node in ast.walk(loop) if isinstance(node, ast.Compare) for part in (node.left, *node.comparators)
    )
    return any(_looked_up(part) in keys for part in compared)


def _keys(target: ast.expr) -> list[ast.Name]:
    first = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
    return [first] if isinstance(first, ast.Name) else []


def _looked_up(node: ast.expr) -> str:
    """The name that a value is looked up by: `key` in `labels.get(key)` and `labels[key]`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Name(id=name), *_]):
            return name
        case ast.Subscript(slice=ast.Name(id=name)):
            return name
    return ""


def _is_pairs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items"


def _holds_pairs(node: ast.AST) -> bool:
    return any(_is_pairs(part) for part in ast.walk(node))


@pytest.mark.parametrize("name", [path.relative_to(_ROOT).as_posix() for path in _FILES])
def test_labels_are_compared_by_selectors_alone(name: str) -> None:
    found = list(_offences((_ROOT / name).read_text(encoding="utf-8")))
    assert bool(found) == (name in _NO_LABELS), f"{name}: {found}"


@pytest.mark.parametrize(
    "source",
    [
        "all(labels.get(key) == value for key, value in wanted.items())",
        "wanted.items() <= labels.items()",
        "set(wanted.items()).issubset(labels.items())",
        "for key, value in wanted.items():\n    if labels.get(key) != value:\n        pass",
        "requirement.met_by(labels)",
    ],
)
def test_comparison_of_labels_is_recognised(source: str) -> None:
    assert list(_offences(source)) == [1]
