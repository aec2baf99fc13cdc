"""What is said to change the answer does change it: each weight and each fact is tried."""

import re

from service_mesh.recommend.advice import INSUFFICIENT, advise
from service_mesh.recommend.case import Case
from service_mesh.recommend.ranking import rank
from service_mesh.recommend.requirements import Level, Need, Option, Priority, Requirements
from tests.recommend.knowledge import TODAY, random_knowledge
from tests.recommend.test_ranking import SEEDS, requirements

WEIGHT = re.compile(r"would become (\S+) if the weight of (\S+) were (above|below) ([\d.]+) \(it is ([\d.]+)\)")
NEED = re.compile(r"would become (.+) if (\S+) were (a must|not needed)")


def first(asked: Requirements, seed: int) -> Option | None:
    running = rank(Case(asked, random_knowledge(seed))).running
    return running[0].option if running else None


def test_beyond_the_weight_that_is_named_the_other_option_is_first() -> None:
    tried = 0
    for seed in SEEDS:
        asked = requirements(seed)
        for sentence in advise(asked, random_knowledge(seed), TODAY).sensitivity:
            match = WEIGHT.fullmatch(sentence)
            if match is None:
                continue
            option, priority, word, limit, _ = match.groups()
            beyond = float(limit) + (0.06 if word == "above" else -0.06)  # the limit is told with one digit
            if not 0 < beyond <= 100:
                continue
            weights = {**asked.priorities, Priority(priority): beyond}
            assert first(asked.model_copy(update={"priorities": weights}), seed) == option, (seed, sentence)
            tried += 1
    assert tried > len(SEEDS)


def test_with_the_need_that_is_named_the_other_option_is_first() -> None:
    tried = 0
    for seed in SEEDS:
        asked = requirements(seed)
        found = advise(asked, random_knowledge(seed), TODAY)
        if found.recommendation == INSUFFICIENT:
            continue
        for sentence in found.sensitivity:
            match = NEED.fullmatch(sentence)
            if match is None:
                continue
            option, need, word = match.groups()
            level = Level.MUST if word == "a must" else Level.NO
            changed = asked.model_copy(update={"needs": {**asked.needs, Need(need): level}})
            assert str(first(changed, seed) or "none of them") == option, (seed, sentence)
            tried += 1
    assert tried > len(SEEDS) / 2
