"""The table of right and wrong metadata, judged by the API server itself."""

from tests.catalog.metadata_cases import CASES
from tests.kube.cluster import Cluster
from tests.kube.verdicts import Subject, judged


def test_table_of_metadata_says_what_the_server_says(cluster: Cluster) -> None:
    cluster.use_newest()
    answers = [(case, judged(cluster.client, Subject(case.name, case.data))) for case in CASES]
    assert [case.name for case, answer in answers if answer is None] == []
    wrong = [(case.name, answer.message) for case, answer in answers if answer and answer.accepted != case.is_accepted]
    assert wrong == []
