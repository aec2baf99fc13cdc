"""The registry refuses a set of rules that contradicts itself, and names the nearest where a code is unknown."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from service_mesh.errors import InternalError, UsageError
from service_mesh.model.grade import Category, Severity
from service_mesh.rules import registry
from service_mesh.rules import rule as rule_module
from service_mesh.rules.registry import HEADINGS, Registry, load_rules
from service_mesh.rules.rule import Rule, declare

_PAGE = "A thing is odd.\n\n" + "\n\n".join(f"{heading}\ntext" for heading in HEADINGS) + "\n"


def _rule(code: str, name: str = "thing-odd") -> Rule:
    return declare(code, name, category=Category.HYGIENE, severity=Severity.INFO, sources=("test: here",))


def _module(*rules: Rule, page: str | None = _PAGE) -> ModuleType:
    module = ModuleType("odd", page)
    for number, rule in enumerate(rules):
        setattr(module, f"rule_{number}", rule)
    return module


def test_rule_of_a_module_gets_its_page_and_its_family() -> None:
    entry = registry._from_module("istio", _module(_rule("IS990")))
    assert (entry.code, entry.family, entry.page, entry.title) == ("IS990", "istio", _PAGE, "A thing is odd.")
    assert entry.doc == "references/rules/istio/IS990.md"


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (_module(), "odd holds 0 rules, expected one"),
        (_module(_rule("IS990"), _rule("IS991")), "odd holds 2 rules, expected one"),
        (_module(_rule("SC990")), "odd: code 'SC990' is retired or outside the family IS"),
        (_module(_rule("IS990"), page=None), "odd: the docstring lacks a heading"),
        (_module(_rule("IS990"), page=_PAGE.replace("## Right", "## Left")), "odd: the docstring lacks a heading"),
        (
            _module(_rule("IS990"), page=_PAGE.replace("## Wrong", "## R").replace("## Right", "## Wrong")),
            "odd: the docstring lacks a heading",
        ),
    ],
    ids=["no rule", "two rules", "other family", "no page", "missing heading", "headings in another order"],
)
def test_module_that_is_no_rule_is_refused(module: ModuleType, reason: str) -> None:
    with pytest.raises(InternalError) as caught:
        registry._from_module("istio", module)
    assert str(caught.value).startswith(reason)


def test_retired_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RETIRED", frozenset({"IS990"}))
    with pytest.raises(InternalError, match="code 'IS990' is retired or outside the family IS"):
        registry._from_module("istio", _module(_rule("IS990")))


_SOURCE = """{page}
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare("{code}", "{name}", category=Category.HYGIENE, severity=Severity.INFO, sources=("test: here",))
"""


@pytest.fixture
def families(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Rules are looked for in the family `odd` below a folder of the test, whose package is `oddrules`."""
    folder = tmp_path / "oddrules" / "odd"
    folder.mkdir(parents=True)
    for package in (folder.parent, folder):
        (package / "__init__.py").write_text('"""Rules of a test."""\n', encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "FAMILIES", {"odd": "OD"})
    monkeypatch.setattr(rule_module, "__package__", "oddrules")
    load_rules.cache_clear()
    yield folder
    load_rules.cache_clear()


@pytest.fixture(autouse=True)
def forgotten_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the modules of another one."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "oddrules"]:
        monkeypatch.delitem(sys.modules, name)


def _write(folder: Path, file: str, code: str, name: str) -> None:
    page = f'"""{_PAGE}"""\n'
    (folder / f"{file}.py").write_text(_SOURCE.format(page=page, code=code, name=name), encoding="utf-8")


def test_rules_are_found_by_folder_in_the_order_of_their_codes(families: Path) -> None:
    _write(families, "first", "OD102", "first")
    _write(families, "second", "OD101", "second")
    (families / "_shared.py").write_text('"""No rule."""\n', encoding="utf-8")
    assert [(rule.code, rule.name, rule.family) for rule in load_rules()] == [
        ("OD101", "second", "odd"),
        ("OD102", "first", "odd"),
    ]


@pytest.mark.parametrize(
    ("code", "name", "reason"),
    [
        ("OD101", "second", "two rules share the code 'OD101'"),
        ("OD102", "first", "two rules share the name 'first'"),
    ],
)
def test_code_or_name_that_is_used_twice_is_refused(families: Path, code: str, name: str, reason: str) -> None:
    _write(families, "first", "OD101", "first")
    _write(families, "second", code, name)
    with pytest.raises(InternalError, match=reason):
        load_rules()


_SET = Registry((_rule("IS101", "route-odd"), _rule("IS102", "route-even"), _rule("SC101", "field-odd")))


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        ((), (), {"IS101", "IS102", "SC101"}),
        (("is",), (), {"IS101", "IS102"}),
        (("IS", "field-odd"), ("IS101",), {"IS102", "SC101"}),
        ((), ("Route-Odd", "SC1"), {"IS102"}),
    ],
)
def test_codes_names_and_prefixes_narrow_the_set(
    select: tuple[str, ...], ignore: tuple[str, ...], codes: set[str]
) -> None:
    assert _SET.narrowed(select, ignore) == codes


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ("IS1O1", "unknown rule 'IS1O1'; did you mean 'IS101'?"),
        ("route-od", "unknown rule 'route-od'; did you mean 'route-odd'?"),
        ("", "unknown rule ''; references/rules/index.md lists every code"),
        ("zzzzzz", "unknown rule 'zzzzzz'; references/rules/index.md lists every code"),
    ],
)
def test_unknown_form_names_the_nearest_or_the_list(form: str, sentence: str) -> None:
    for ask in (_SET.get, lambda unknown: _SET.narrowed([unknown])):
        with pytest.raises(UsageError) as caught:
            ask(form)
        assert str(caught.value) == sentence


def test_rule_is_found_by_code_or_name_in_any_case() -> None:
    assert [_SET.get(form).code for form in (" is101 ", "ROUTE-EVEN", "SC101")] == ["IS101", "IS102", "SC101"]


def test_code_of_another_checker_leads_to_ours() -> None:
    with pytest.raises(UsageError) as caught:
        load_rules().get("ist0130")
    assert str(caught.value) == "'ist0130' is a code of another checker; here it is IS108"
