"""Shows what fixes make of files without what Secrets hold: answers are logged, uploaded and sent to models."""

from collections.abc import Iterable, Iterator

from service_mesh.model.origin import SourceText
from service_mesh.operations.request import FixMode
from service_mesh.operations.result import Fixed, Rewritten
from service_mesh.source.diff import unified_diff
from service_mesh.source.secret_lines import secret_lines

__all__ = ["shown", "withheld"]


def shown(files: Iterable[Rewritten]) -> Iterator[Fixed]:
    """The files as an answer may hold them: where one has a Secret, without its text and the Secret's lines."""
    for file in files:
        before, after = (secret_lines(SourceText(file.file, text)) for text in (file.before, file.text))
        diff = unified_diff(file.file, file.before, file.text, hidden=(before, after))
        yield Fixed(file.file, diff, None if before or after else file.text)


def withheld(files: Iterable[Fixed], mode: FixMode) -> Iterator[str]:
    """A sentence about the files whose text was left out; nothing where there is none."""
    names = [file.file for file in files if file.text is None]
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        command = f"`service-mesh validate --fix {mode} --write FILE`"
        yield f"lines of Secrets and the whole texts that hold them are not shown: {command} writes '{names[0]}'{more}"
