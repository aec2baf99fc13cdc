"""Whatever somebody writes into a parameter reaches the manifest as that text, and changes nothing beside it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.errors import UsageError
from service_mesh.generate.draft import draft
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.plan import Form, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.text import render
from service_mesh.mesh.view import MeshView
from service_mesh.model.origin import Layer, SourceText
from service_mesh.source.reader import Reader
from tests.generate.cases import Case, cases

_CASES = tuple(cases())
_PROBE = "a-plain-text"
_NASTY = (
    *("on", "yes", "null", "true", "~", "1e3", "0x1f", "0o7", "1_000", "12:30:45", "2001-01-01", "-", "=", "<<"),
    *(
        "x: y",
        "a #b",
        "- a",
        "{a}",
        "[b]",
        "*a",
        "&a",
        "!tag",
        "%a",
        "@a",
        "`a`",
        "|",
        ">",
        "'",
        '"',
        "\\",
        "\\n",
        "a\\",
    ),
    *("{{ 7 * 7 }}", "{% raw %}", "{# a #}", "${HOME}", "$(id)", "---", "a\u2028b", "caf\u00e9", "\U0001f600"),
    *("a" * 63, "a." + "b" * 60, "/on", "/null", "/1e3", "/{{ 7 * 7 }}", "/a: b", "/a'b", '/a"b', "/a%2Fb", "1", "007"),
)
_TEXTS = st.one_of(
    st.sampled_from(_NASTY),
    st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True),
    st.from_regex(r"/[^\s?#*]{0,30}", fullmatch=True),
    st.text(max_size=40),
)


@pytest.mark.parametrize("case", [one for one in _CASES if one.example.params], ids=str)
@settings(max_examples=40, print_blob=False, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_a_value_keeps_its_meaning(case: Case, data: st.DataObject) -> None:
    places = tuple(_texts(case.example.params))
    place, old = data.draw(st.sampled_from(places))
    new = _alike(old, data.draw(_TEXTS))
    plain = f"/{_PROBE}" if old.startswith("/") else _alike(old, _PROBE)
    before = _objects(case, _with(case.example.params, place, plain))
    after = _objects(case, _with(case.example.params, place, new))
    if before is None or after is None:
        return
    assert _shapes(after) == _shapes(before), (place, new)
    assert _holds(after, new) or not _holds(before, plain), (place, new)


def test_text_that_is_yaml_or_a_template_is_quoted() -> None:
    for text in _NASTY:
        written = render("istio/strict-mtls.yaml.j2", _values(text))
        (read,) = _read(written)
        assert read["spec"]["selector"]["matchLabels"] == {text: text}
        assert read["metadata"]["name"] == text


def _alike(old: str, new: str) -> str:
    """A text of the same kind: a wildcard for a wildcard, and the root, below which is everything, for nothing else."""
    bare = new.lstrip("*.")
    return f"*.{bare}" if old.startswith("*.") else bare if bare.strip("/") else f"{bare}x"


def _values(text: str) -> Mapping[str, object]:
    from service_mesh.model import kinds

    site = Site(_CASES[0].dialect, Catalogue.bundled(), MeshView(()))
    values = {"name": text, "namespace": text, "selector": {text: text}, "ports": ()}
    return {"site": site, "kinds": kinds, **values}


def _objects(case: Case, params: Mapping[str, object]) -> list[Any] | None:
    """The objects that are written; None where the parameters are refused, or cannot be expressed."""
    try:
        asked = case.intent.parameters.model_validate(params)
        drafted = draft(case.intent, asked, Site(case.dialect, Catalogue.bundled(), MeshView(())))
    except (ValidationError, InexpressibleError, UsageError):
        return None
    manifests = (leaf for leaf in drafted.leaves if isinstance(leaf.step, Sheet) and leaf.step.form is Form.MANIFEST)
    return [one for leaf in manifests for one in _read(leaf.text)]


def _read(text: str) -> list[Any]:
    reader = Reader(Layer.CONTEXT)
    reader.read(SourceText("generated.yaml", text))
    assert (reader.reading.problems, reader.reading.templates, reader.reading.unreadable) == ([], {}, 0)
    return [one.data for one in reader.reading.resources]


def _shapes(value: object) -> object:
    """What a value is made of, whatever the texts in it say."""
    if isinstance(value, Mapping):
        assert all(isinstance(name, str) for name in value)
        return {"map": sorted(repr(_shapes(one)) for one in value.values())}
    if isinstance(value, list):
        return [_shapes(one) for one in value]
    return type(value).__name__


def _holds(value: object, text: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(name, text) or _holds(one, text) for name, one in value.items())
    if isinstance(value, list):
        return any(_holds(one, text) for one in value)
    return isinstance(value, str) and any(one in value for one in (text, text.lower(), re.escape(text)))


def _texts(value: object, steps: Sequence[object] = ()) -> Iterator[tuple[Sequence[object], str]]:
    """Every text among parameters, with the way to it."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(one, (*steps, name))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _texts(one, (*steps, number))
    elif isinstance(value, str):
        yield steps, value


def _with(value: Any, steps: Sequence[object], new: str) -> Any:
    if not steps:
        return new
    first, *others = steps
    if isinstance(value, Mapping):
        return {**value, first: _with(value[first], others, new)}
    return [_with(one, others, new) if place == first else one for place, one in enumerate(value)]
