"""Our verdicts against the API server's: every disagreement is a fault, unless `exceptions.json` explains it."""

from collections.abc import Callable
from pathlib import Path

from tests.kube.checks import (
    Bases,
    Outcome,
    check_documents,
    check_releases,
    check_scalars,
    check_variants,
    unbroken,
)
from tests.kube.cluster import Cluster
from tests.kube.summary import JUDGED

Record = Callable[[str, object], None]
_SHOWN = 40


def test_text_is_read_as_the_server_reads_it(cluster: Cluster, record_property: Record) -> None:
    _hold(check_scalars(cluster), record_property)


def test_every_document_is_judged_as_the_server_judges_it(
    cluster: Cluster, corpora: Path, record_property: Record
) -> None:
    _hold(check_documents(cluster, corpora), record_property)


def test_every_variant_is_judged_as_the_server_judges_it(
    cluster: Cluster, bases: Bases, record_property: Record
) -> None:
    outcome = check_variants(cluster, bases)
    constraints = {message for definition in cluster.newest for message in definition.constraints}
    broken = len(constraints) - len(unbroken(outcome, cluster.newest))
    record_property(
        JUDGED, f"variants: {broken} of {len(constraints)} constraints of the newest definitions were broken"
    )
    _hold(outcome, record_property)


def test_every_release_is_judged_as_the_server_judges_it(
    cluster: Cluster, crds: Path, bases: Bases, record_property: Record
) -> None:
    _hold(check_releases(cluster, crds, bases), record_property)


def _hold(outcome: Outcome, record_property: Record) -> None:
    record_property(JUDGED, str(outcome))
    faults = outcome.faults
    shown = "\n".join([*faults[:_SHOWN], *([f"… and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else [])])
    assert not faults, f"{outcome}\n{shown}\nAll of them: python -m tests.kube.disagreements {outcome.check}"
