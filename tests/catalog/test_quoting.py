"""A value is quoted without asking only where the file shows it in the form that would be quoted."""

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.model.origin import SourceText
from service_mesh.source.reader import Reader


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("8080", ("quote as '8080'", True)),
        ("1.5", ("quote as '1.5'", True)),
        ("true", ("quote as 'true'", True)),
        ("010", ("quote as '8'", False)),
        ("1.10", ("quote as '1.1'", False)),
        ("yes", ("quote as 'true'", False)),
    ],
)
def test_fix_is_safe_only_for_a_value_that_reads_as_it_is_written(written: str, fix: tuple[str, bool]) -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
        f"spec:\n  containers:\n  - name: b\n    env:\n    - name: c\n      value: {written}\n"
    )
    reader = Reader()
    reader.read(SourceText("pod.yaml", text))
    (resource,) = reader.reading.resources
    ((code, draft),) = Catalogue.bundled().check(resource).faults
    assert draft.fix is not None
    assert (code, draft.fix.title, draft.fix.safe) == ("SC121", *fix)
