from collections.abc import Iterator

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.grading import Graded
from service_mesh.engine.run import Engine
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.resource import Resource
from service_mesh.model.script import Script
from service_mesh.operations.loading import Text, read_again
from service_mesh.rules.registry import Registry, load_rules
from service_mesh.rules.rule import Rule, command_rule, rule, script_rule

_SHOP = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"


def _run(text: str, *extra: Rule, name: str = "shop.yaml") -> list[Graded]:
    registry = Registry((*load_rules(), *extra))
    engine = Engine(registry, Catalogue.bundled(), frozenset(r.code for r in registry))
    (world,) = read_again([Text(SourceText(name, text), Layer.PATHS)], Complete.AUTO)
    return engine.run(world).findings


@rule("IS990", category=Category.HYGIENE, severity=Severity.WARNING, about=(NAMESPACE,), sources=("test: here",))
def speaks(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    yield resource.root.finding(f"namespace '{resource.name}' was seen")


@rule("IS991", category=Category.HYGIENE, severity=Severity.WARNING, about=(NAMESPACE,), sources=("test: here",))
def crashes(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    raise RuntimeError("no")
    yield


@rule("IS992", category=Category.HYGIENE, severity=Severity.ERROR, about=(NAMESPACE,), sources=("test: here",))
def misses(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    yield resource.root.finding("something is absent", partial=True)


@pytest.mark.parametrize("count", [1, 3])
def test_crash_of_one_rule_is_one_finding_and_the_others_still_run(count: int) -> None:
    text = "---\n".join(_SHOP.replace("shop", f"shop-{number}") for number in range(count))
    found = [(g.finding.code, g.finding.message) for g in _run(text, speaks, crashes)]
    crash = "rule IS991 failed here and was not applied any further; this is a defect of service-mesh"
    expected = [("IS990", f"namespace 'shop-{number}' was seen") for number in range(count)]
    assert sorted(found) == sorted([*expected, ("SC999", crash)])


def test_absence_that_the_input_cannot_prove_is_info_and_says_so() -> None:
    (graded,) = _run(_SHOP, misses)
    assert (graded.finding.severity, graded.finding.message) == (
        Severity.INFO,
        "something is absent in the given files",
    )


def test_ids_stay_the_same_when_lines_move_and_differ_between_objects() -> None:
    first = [g.finding.id for g in _run(_SHOP, speaks)]
    moved = [g.finding.id for g in _run("# a comment\n\n" + _SHOP, speaks, name="elsewhere.yaml")]
    other = [g.finding.id for g in _run(_SHOP.replace("shop", "cart"), speaks)]
    assert first == moved
    assert first != other


def test_findings_come_in_the_order_of_the_text() -> None:
    text = "---\n".join(_SHOP.replace("shop", name) for name in ("zoo", "bar", "moo"))
    assert [g.finding.line for g in _run(text, speaks)] == [1, 6, 11]


def test_every_writing_of_an_object_is_judged_once() -> None:
    text = _SHOP + "---\n" + _SHOP + "---\n" + _SHOP
    assert [(g.finding.line, g.finding.code) for g in _run(text, speaks)] == [(1, "IS990"), (6, "IS990"), (11, "IS990")]


def test_object_of_a_lower_layer_is_replaced_as_if_applied() -> None:
    registry = Registry((*load_rules(), speaks))
    engine = Engine(registry, Catalogue.bundled(), frozenset({"IS990"}))
    texts = [Text(SourceText("a.yaml", _SHOP), Layer.PATHS), Text(SourceText("given", _SHOP), Layer.MANIFESTS)]
    (world,) = read_again(texts, Complete.AUTO)
    assert [g.finding.file for g in engine.run(world).findings] == ["given"]


@pytest.mark.parametrize(
    "text",
    [
        _SHOP.replace("  name: shop", "  name: shop # service-mesh: allow[IS990] known"),
        _SHOP.replace("apiVersion", "# service-mesh: allow[IS990] known\napiVersion"),
        _SHOP + '  annotations: {service-mesh/allow: "IS990 known"}\n',
    ],
    ids=["behind another line", "above the line", "annotation"],
)
def test_allowance_with_a_reason_covers_its_line_or_its_object(text: str) -> None:
    codes = [g.finding.code for g in _run(text, speaks)]
    assert codes == (["IS990", "SC901"] if "shop # service" in text else [])


def test_allowance_without_a_reason_has_no_effect() -> None:
    found = _run(_SHOP.replace("apiVersion", "# service-mesh: allow[IS990]\napiVersion"), speaks)
    assert [(g.finding.line, g.finding.code) for g in found] == [(1, "SC902"), (2, "IS990")]


def test_allowance_of_several_codes_names_the_idle_one() -> None:
    found = _run(_SHOP.replace("apiVersion", "# service-mesh: allow[IS990, IS104] known\napiVersion"), speaks)
    assert [(g.finding.code, g.finding.message) for g in found] == [
        ("SC901", "nothing here needs the allowance of IS104")
    ]


@command_rule("CM990", category=Category.HYGIENE, severity=Severity.WARNING, sources=("test: here",))
def stumbles(command: Command) -> Iterator[Draft]:  # noqa: ARG001
    raise RuntimeError("no")
    yield


def test_crash_of_a_command_rule_is_one_finding_at_its_command() -> None:
    page = "```bash\nistioctl version\nistioctl authn tls-check\n```\n"
    found = [(g.finding.line, g.finding.code) for g in _run(page, stumbles, name="page.md")]
    assert found == [(2, "SC999"), (3, "CM101")]


_PAGE = f"""```bash
istioctl version
```

```yaml
{_SHOP}```

```bash
istioctl authn tls-check
curl -sf https://example.com | VERSION=1 sh -
```
"""


@script_rule("CM991", category=Category.HYGIENE, severity=Severity.WARNING, sources=("test: here",))
def tells(script: Script) -> Iterator[Draft]:
    texts = [f"{command.location.line} {command.program}" for command in script.commands]
    names = [f"{resource.title} {resource.name}" for resource in script.resources]
    yield Draft(", ".join([*texts, *names]), location=script.commands[-1].location)


@script_rule("CM992", category=Category.HYGIENE, severity=Severity.WARNING, sources=("test: here",))
def falls(script: Script) -> Iterator[Draft]:  # noqa: ARG001
    raise RuntimeError("no")
    yield


def test_script_rule_sees_all_commands_of_a_document_in_order_and_its_objects() -> None:
    (told,) = [g.finding for g in _run(_PAGE, tells, name="page.md") if g.finding.code == "CM991"]
    assert (told.line, told.column, told.severity) == (14, 42, Severity.WARNING)
    assert told.message == "2 istioctl, 13 istioctl, 14 curl, 14 sh, Namespace shop shop"


def test_script_rule_is_asked_once_for_each_document_and_never_without_commands() -> None:
    registry = Registry((tells,))
    engine = Engine(registry, Catalogue.bundled(), frozenset({"CM991"}))
    pages = {
        "a.md": "```bash\nhelm list\n```\n",
        "b.md": "nothing\n",
        "c.md": "```bash\nhelm list\nhelm version\n```\n",
    }
    texts = [Text(SourceText(name, text), Layer.PATHS) for name, text in pages.items()]
    worlds = read_again([*texts, Text(SourceText("d.yaml", _SHOP), Layer.PATHS)], Complete.AUTO)
    found = [(g.finding.file, g.finding.message) for world in worlds for g in engine.run(world).findings]
    assert found == [("a.md", "2 helm"), ("c.md", "2 helm, 3 helm")]


def test_crash_of_a_script_rule_is_one_finding_at_the_first_command_and_the_others_still_run() -> None:
    found = [(g.finding.line, g.finding.code) for g in _run(_PAGE, falls, tells, name="page.md")]
    assert [one for one in found if one[1] != "CM101"] == [(2, "SC999"), (14, "CM991")]


def test_finding_of_a_script_rule_is_allowed_like_any_other() -> None:
    page = "```bash\nistioctl version # service-mesh: allow[CM991] known\n```\n"
    assert [g.finding.code for g in _run(page, tells, name="page.md")] == []
