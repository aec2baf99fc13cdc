"""A value that should be text is quoted with the characters that the author wrote."""

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.model.origin import SourceText
from service_mesh.source.editor import edit_text
from service_mesh.source.reader import Reader


@pytest.mark.parametrize("written", ["8080", "1.5", "true", "010", "1.10", "yes", "on", "1e3", "0x1f"])
def test_fix_keeps_the_characters_of_the_author(written: str) -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
        f"spec:\n  containers:\n  - name: b\n    env:\n    - name: c\n      value: {written} # kept\n"
    )
    source = SourceText("pod.yaml", text)
    reader = Reader()
    reader.read(source)
    (resource,) = reader.reading.resources
    ((code, draft),) = Catalogue.bundled().check(resource).faults
    assert draft.fix is not None
    assert (code, draft.fix.title, draft.fix.safe) == ("SC121", "quote the value", True)
    assert edit_text(source, draft.fix.edits) == text.replace(f"value: {written}", f'value: "{written}"')
