"""Fixtures of the rules about commands and the examples of their pages: exact lines, codes, grades, and nothing else.

A fixture of a rule about one command is a list of commands, most of which have nothing to do with each other. One of a
rule about all commands of a text holds several texts, each below a heading `##`; a text that announces nothing is one
in which every rule is quiet.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PurePath

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.finding import Draft
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.script import Script
from service_mesh.operations.loading import Text, read_again
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule

_FOLDER = Path(__file__).parent / "commands"
_FIXTURES = sorted(_FOLDER.glob("*.md"))
_RULES = [rule for rule in load_rules() if rule.is_about_commands]
_SCRIPTED = [rule.name.replace("-", "_") for rule in _RULES if rule.script_check]
_EXPECT = re.compile(r"# expect: (CM\d{3}) (error|warning|info) \"(.+?)\"(?= # expect|$)")

_Told = tuple[int, str, str]


def _findings(text: str, name: str) -> Iterator[tuple[Rule, Draft]]:
    """What every rule says of a list of commands, or of each text of a fixture about texts."""
    whole = PurePath(name).stem in _SCRIPTED
    for part in _texts(text) if whole else [text]:
        yield from _findings_in(part, name, whole=whole)


def _findings_in(text: str, name: str, *, whole: bool) -> Iterator[tuple[Rule, Draft]]:
    for world in read_again([Text(SourceText(name, text), Layer.PATHS)], Complete.AUTO):
        for command in world.commands:
            for rule in _RULES:
                yield from ((rule, draft) for draft in (rule.command_check(command) if rule.command_check else ()))
        script = Script(world.commands, (*world.reading.values, *world.reading.resources))
        for rule in _RULES if whole else ():
            yield from ((rule, draft) for draft in (rule.script_check(script) if rule.script_check else ()))


def _texts(text: str) -> list[str]:
    """The parts of a text below its headings, each behind as many empty lines as stand before it."""
    starts = [0, *(match.start() for match in re.finditer(r"^## ", text, re.MULTILINE)), len(text)]
    return ["\n" * text.count("\n", 0, start) + text[start:end] for start, end in pairwise(starts)]


def _told(rule: Rule, draft: Draft) -> _Told:
    assert draft.location is not None
    return draft.location.line, rule.code, (draft.severity or rule.severity).value


def _expected(text: str) -> list[tuple[_Told, str]]:
    lines = enumerate(text.split("\n"), 1)
    return [
        ((number, match[1], match[2]), match[3].replace('\\"', '"'))
        for number, line in lines
        for match in _EXPECT.finditer(line)
    ]


@pytest.mark.parametrize("path", _FIXTURES, ids=lambda path: path.stem)
def test_fixture_yields_exactly_what_its_lines_announce(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = list(_findings(text, path.name))
    expected = _expected(text)
    assert sorted(_told(rule, draft) for rule, draft in found) == sorted(told for told, _ in expected)
    for told, part in expected:
        assert [draft for rule, draft in found if _told(rule, draft) == told and part in draft.message], (told, part)


@pytest.mark.parametrize("path", _FIXTURES, ids=lambda path: path.stem)
def test_finding_points_at_a_word_of_its_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    for _, draft in _findings(text, path.name):
        place = draft.location
        assert place is not None
        assert place.file == path.name
        assert place.snippet == lines[place.line - 1]
        assert place.snippet[place.column - 1] not in " |;"
        assert place.column == 1 or place.snippet[place.column - 2] in " '\"($"


def test_every_rule_has_a_fixture_with_a_firing_and_a_quiet_part() -> None:
    assert [path.stem for path in _FIXTURES] == sorted(rule.name.replace("-", "_") for rule in _RULES)
    for path in _FIXTURES:
        text = path.read_text(encoding="utf-8")
        code = next(rule.code for rule in _RULES if rule.name.replace("-", "_") == path.stem)
        assert {told[1] for told, _ in _expected(text)} == {code}
        if path.stem in _SCRIPTED:
            assert any("```bash" in part and not _expected(part) for part in _texts(text))
            continue
        quiet = text.partition("\nQuiet:\n")[2]
        assert quiet.count("\n```bash\n") == 1
        assert "expect" not in quiet


def _part(page: str, heading: str) -> str:
    return page.partition(f"## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.code)
def test_wrong_example_of_a_page_fires_on_every_command(rule: Rule) -> None:
    wrong = _part(rule.page, "Wrong")
    found = {_told(found, draft)[:2] for found, draft in _findings_on_page(rule, wrong)}
    lines = wrong.split("\n")
    calls = [n for n, line in enumerate(lines, 1) if line and not line.startswith("```")]
    if rule.script_check:  # the fault lies between the commands, and one of them is where it shows
        assert {code for _, code in found} == {rule.code}
    else:
        assert found == {(line, rule.code) for line in calls}


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.code)
def test_right_example_of_a_page_is_quiet_for_every_rule(rule: Rule) -> None:
    right = _part(rule.page, "Right")
    (world,) = read_again([Text(SourceText("page.md", right), Layer.PATHS)], Complete.AUTO)
    assert world.commands
    assert [(found.code, draft.message) for found, draft in _findings_on_page(rule, right)] == []


def _findings_on_page(rule: Rule, part: str) -> Iterator[tuple[Rule, Draft]]:
    return _findings_in(part, "page.md", whole=rule.script_check is not None)


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.code)
def test_messages_start_in_lower_case_or_with_a_name_and_have_no_full_stop(rule: Rule) -> None:
    name = f"{rule.name.replace('-', '_')}.md"
    text = (_FOLDER / name).read_text(encoding="utf-8")
    messages = {draft.message for found, draft in _findings(text, name) if found is rule}
    assert messages
    assert [message for message in messages if message[0].isupper() or message.endswith(".")] == []
