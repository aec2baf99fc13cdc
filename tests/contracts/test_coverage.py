"""Every target that docs/coverage.md names exists."""

from pathlib import Path

import pytest

from evals.run import load_cases
from service_mesh.generate.names import intent_names
from service_mesh.rules.registry import load_rules
from tools.pages.topic import Topic
from tools.pages.topics import TOPICS

_ROOT = Path(__file__).parents[2]
_TOOLS = {
    *("validate_config", "mesh_status", "check_access", "validate_mtls", "preview_change", "recommend_mesh"),
    "generate_policy",
}
_CODES = {rule.code for rule in load_rules()}
_CASES = {case.name for case in load_cases()}


@pytest.mark.parametrize("topic", TOPICS, ids=[topic.name for topic in TOPICS])
def test_targets_of_a_topic_exist(topic: Topic) -> None:
    assert (_ROOT / topic.page).is_file()
    assert topic.tool in _TOOLS
    assert topic.intent in ("", *intent_names())
    assert set(topic.rules) <= _CODES
    assert set(topic.evals) <= _CASES


def test_every_intent_belongs_to_a_topic() -> None:
    assert {topic.intent for topic in TOPICS} - {""} == set(intent_names())


def test_topics_are_named_once() -> None:
    names = [topic.name for topic in TOPICS]
    assert sorted(set(names)) == sorted(names)


def test_every_rule_about_meaning_health_and_commands_belongs_to_a_topic() -> None:
    listed = {code for topic in TOPICS for code in topic.rules}
    assert {
        code for code in _CODES if code.startswith(("IS", "AM", "GW", "LD", "CI", "K8", "DL", "CM", "ST", "CE"))
    } - listed == set()
