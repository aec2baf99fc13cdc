"""What is forgotten when a rule is added shows up here."""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import Kind
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.resource import Resource
from service_mesh.model.script import Script
from service_mesh.operations.loading import Text, read_again
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from service_mesh.source.reader import Reader
from tests.status.faults import NOW, healthy, healthy_names, rows
from tests.support.fixture import cases, findings_of
from tests.support.pages import snippet
from tests.support.watched_view import WatchedView

_ROOT = Path(__file__).parents[2]
_RULES = tuple(load_rules())
_ASKED = [rule for rule in _RULES if rule.check is not None]
_SNAPSHOT = _ROOT / "tests" / "snapshots" / "rules.json"


def _ids(rules: list[Rule]) -> list[str]:
    return [rule.code for rule in rules]


def _fixture(rule: Rule) -> Path:
    return _ROOT / "tests" / "rules" / rule.family / f"{rule.name.replace('-', '_')}.yaml"


_PAGED = [rule for rule in _RULES if not rule.is_about_commands and rule.code != "SC999"]
_FIXTURED = [rule for rule in _PAGED if not rule.is_about_health]  # the fault table holds the cases of the others


@pytest.mark.parametrize("rule", _FIXTURED, ids=_ids(_FIXTURED))
def test_rule_has_a_firing_and_a_quiet_case(rule: Rule) -> None:
    found = [bool(case.expectations) for case in cases(_fixture(rule))]
    assert {True, False} <= set(found), f"{_fixture(rule).name} lacks a firing or a quiet case"


@pytest.mark.parametrize("rule", _ASKED, ids=_ids(_ASKED))
def test_rule_reads_only_the_kinds_it_declares(rule: Rule) -> None:
    read: set[Kind] = set()
    for view in _health_views() if rule.is_about_health else _fixture_views(rule):
        for resource in [one for kind in rule.about for one in view.of_kind(kind)]:
            assert rule.check is not None
            view.take_reads()
            list(rule.check(resource, view))
            read |= view.take_reads()
    assert read <= {*rule.about, *rule.reads}
    assert set(rule.reads) <= read, "a declared kind is never read by any fixture"


def _fixture_views(rule: Rule) -> Iterator[WatchedView]:
    for case in cases(_fixture(rule)):
        reader = Reader()
        reader.read(case.source)
        yield WatchedView(reader.reading.resources, case.complete)


@cache
def _health_views() -> tuple[WatchedView, ...]:
    """Every cluster of the fault table."""
    captures = {"": Capture(NOW, None)}
    clusters = [*(healthy(name) for name in healthy_names()), *(row.changed for row in rows())]
    return tuple(WatchedView(map(Resource, documents), captures=captures) for documents in clusters)


_NEEDING = [rule for rule in _ASKED if rule.needs]


@pytest.mark.parametrize("rule", _NEEDING, ids=_ids(_NEEDING))
def test_rule_has_nothing_to_say_of_objects_without_the_fields_it_needs(rule: Rule) -> None:
    spoken_of = 0
    for view in _health_views() if rule.is_about_health else _fixture_views(rule):
        for resource in [one for kind in rule.about for one in view.of_kind(kind)]:
            assert rule.check is not None
            if list(rule.check(resource, view)):
                spoken_of += 1
                assert rule.may_speak_of(resource.field_names()), resource.title
    assert spoken_of


_PLACED = [rule for rule in _ASKED if rule.where is not None]


@pytest.mark.parametrize("rule", _PLACED, ids=_ids(_PLACED))
def test_rule_has_nothing_to_say_in_inputs_that_are_not_what_it_is_about(rule: Rule) -> None:
    spoken_in = 0
    for view in _fixture_views(rule):
        assert rule.check is not None
        about = [one for kind in rule.about for one in view.of_kind(kind)]
        if any(list(rule.check(resource, view)) for resource in about):
            spoken_in += 1
            assert rule.may_speak_in(view)
    assert spoken_in


_SHOWN = [rule for rule in _PAGED if snippet(rule, "Wrong") is not None]


@pytest.mark.parametrize("rule", _SHOWN, ids=_ids(_SHOWN))
def test_wrong_snippet_of_the_page_fires_and_the_right_one_is_quiet(rule: Rule) -> None:
    wrong, right = snippet(rule, "Wrong"), snippet(rule, "Right")
    assert wrong is not None
    assert right is not None
    assert rule.code in {code for code, _ in _judged(rule, wrong)}
    assert rule.code not in {code for code, _ in _judged(rule, right)}
    assert [(code, message) for code, message in _judged(rule, right) if code.startswith("SC")] == []


def _judged(rule: Rule, snippet: str) -> list[tuple[str, str]]:
    """Findings of the rule and of the schema pass in a page's snippet, taken as a whole small world."""
    text = snippet if rule.family == "schema" else _filled(snippet)
    (case,) = [_case(text)]
    schema = [r.code for r in _RULES if r.family == "schema"]
    return [(f.code, f.message) for f in findings_of(case, rule.code, *schema)]


def _case(text: str):  # type: ignore[no-untyped-def]  # local shorthand
    from tests.support.fixture import Case

    return Case("page", SourceText("page.yaml", text), Complete.YES)


def _filled(snippet: str) -> str:
    """Pages leave out `metadata.name` where it does not matter; every object gets one of its own."""
    documents = snippet.split("---\n")
    return "---\n".join(
        text if "metadata:" in text else re.sub(r"(?m)^(kind: .+)$", rf"\1\nmetadata: {{name: n{number}}}", text)
        for number, text in enumerate(documents)
    )


def test_errors_rest_on_more_than_documentation() -> None:
    bare = [
        rule.code
        for rule in _RULES
        if rule.severity is Severity.ERROR and all(source.startswith("https://") for source in rule.sources)
    ]
    assert bare == []


def test_sources_are_addresses_or_files_of_projects() -> None:
    form = re.compile(r"https://\S+|[\w.-]+(?:/[\w.-]+)?: \S.*")
    assert [(r.code, s) for r in _RULES for s in r.sources if not form.fullmatch(s)] == []


def test_published_rules_change_only_on_purpose() -> None:
    now = {
        rule.code: {"name": rule.name, "severity": rule.severity.value, "since": rule.since, "category": rule.category}
        for rule in _RULES
    }
    text = json.dumps(now, indent=1) + "\n"
    if os.environ.get("SERVICE_MESH_UPDATE_SNAPSHOTS"):
        _SNAPSHOT.write_text(text, encoding="utf-8")
    assert _SNAPSHOT.read_text(encoding="utf-8") == text, "run make snapshots and review the difference"


def test_rules_survive_junk() -> None:
    junk: list[object] = [None, "x", 7, True, [], {}, [None], ["x"], [{}], {"a": None}, [[1]], {"spec": "x"}]
    for rule in _ASKED:
        for kind in rule.about:
            for value in junk:
                data = {"apiVersion": f"{kind.group}/v1", "kind": kind.name, "metadata": {"name": "n"}, "spec": value}
                resource = Resource(data)
                assert rule.check is not None
                list(rule.check(resource, MeshView([resource], Complete.YES)))


_STEPS = """```bash
istioctl install --set profile=ambient --set values.global.multiCluster.clusterName=a
istioctl create-remote-secret | kubectl apply -f -
kubectl label namespace shop istio-injection=enabled
linkerd install --crds && linkerd install && linkerd multicluster link-gen
```
"""


def test_rules_about_texts_survive_junk() -> None:
    (world,) = read_again([Text(SourceText("page.md", _STEPS), Layer.PATHS)], Complete.AUTO)
    junk: list[object] = [None, "x", 7, [], {}, [None], [{}], {"rules": [None, {"to": "x"}], "selector": "x"}]
    kinds = [("gateway.networking.k8s.io/v1", "Gateway"), ("security.istio.io/v1", "AuthorizationPolicy"), ("v1", 7)]
    for rule in _RULES:
        for spec in junk:
            data = [{"apiVersion": version, "kind": kind, "metadata": spec, "spec": spec} for version, kind in kinds]
            script = Script(world.commands, tuple(map(Resource, data)))
            list(rule.script_check(script) if rule.script_check else ())


def test_catalogue_is_loaded_once_per_process() -> None:
    assert Catalogue.bundled() is Catalogue.bundled()
