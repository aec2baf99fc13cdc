"""Steps into an object."""

import pytest

from service_mesh.model.path import Path, join, parsed, to_pointer, walk

DATA = {
    "spec": {
        "http": [{"route": [{"host": "a"}, {"host": "b"}]}, {"name": "x"}, 5, {"route": "no list"}],
        "labels": {"a.b/c": "v", "d": None},
    }
}


@pytest.mark.parametrize(
    ("path", "pointer", "words"),
    [
        ((), "", ""),
        (("spec", "http", 0, "route", 1), "/spec/http/0/route/1", "spec.http[0].route[1]"),
        (("labels", "a.b/c~d"), "/labels/a.b~1c~0d", "labels.a.b/c~d"),
        ((0, "a"), "/0/a", "[0].a"),
    ],
)
def test_path_is_written_as_pointer_and_for_people(path: Path, pointer: str, words: str) -> None:
    assert (to_pointer(path), join(path)) == (pointer, words)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("spec.http[].name", [(("spec", "http", 1, "name"), "x")]),
        (
            "spec.http[].route[].host",
            [(("spec", "http", 0, "route", 0, "host"), "a"), (("spec", "http", 0, "route", 1, "host"), "b")],
        ),
        ("spec.labels{}", [(("spec", "labels", "a.b/c"), "v"), (("spec", "labels", "d"), None)]),
        ("spec.labels.d", [(("spec", "labels", "d"), None)]),
        ("spec.absent", []),
        ("spec.http.name", []),
        ("spec.labels[]", []),
        ("spec.http{}", []),
    ],
)
def test_walk_reaches_what_has_the_shape(path: str, found: list[tuple[Path, object]]) -> None:
    assert list(walk(DATA, parsed(path))) == found


def test_walk_without_steps_is_the_value_itself() -> None:
    assert walk(DATA, parsed(""), ("a",)) == [(("a",), DATA)]
