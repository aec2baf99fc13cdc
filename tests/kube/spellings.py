"""Spellings of scalars, keys and merges, each in an object of a kind whose spec may hold anything."""

from collections.abc import Iterator

import yaml

from service_mesh.model.origin import SourceText
from service_mesh.source.reader import Reader
from tests.kube.releases import Definition
from tests.kube.verdicts import Subject
from tests.source.test_scalars import FALSE, NOT_JSON, NULL, NUMBERS, STRINGS, TRUE

__all__ = ["PROBE", "probes"]

_GROUP = "tests.service-mesh.example"
PROBE = Definition(
    {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"probes.{_GROUP}"},
        "spec": {
            "group": _GROUP,
            "names": {"kind": "Probe", "listKind": "ProbeList", "plural": "probes", "singular": "probe"},
            "scope": "Namespaced",
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {"spec": {"x-kubernetes-preserve-unknown-fields": True}},
                        }
                    },
                }
            ],
        },
    }
)
"""A kind of our own."""

_HEAD = f"apiVersion: {_GROUP}/v1\nkind: Probe\nmetadata: {{name: probe}}\n"
_MORE_KEYS = (
    "name",
    "1",
    "0x10",
    "1.50",
    "1e3",
    "1e7",
    "1e-7",
    "012",
    "1_000",
    "123456789",
    "'on'",
    "!!str 1",
    "? a\n  ",
)
_MORE_VALUES = (
    *("'on'", '"12"', '"a\\u00e9"', '"\\x41\\n"', "'it''s'", "!!str 123", '!!int "12"', "!!float 3", '!!bool "yes"'),
    *("!!int 0x1f", "!!null ''", "!!str", "!!binary aGVsbG8=", "!!binary YQ", "!foo 12", "!!timestamp 2001-12-14"),
    *("!!null x", "!!int x", "!!int 1.0", "!!bool 1", "2001-12-14 21:59:43", "- 1", "1 000", "a: b", "a #b", "a#b"),
    *(
        "|\n    text",
        "|-\n    text",
        "|+\n    text\n\n",
        ">\n    folded\n    text\n\n    more",
        "|2\n     text",
        "{a, b}",
    ),
    *(
        "!!set {a, b}",
        "!!omap [a: 1, b: 2]",
        "[a, , b]",
        "{a: 1, a: 2}",
        '{y: 1, "y": 2}',
        "{yes: 1, true: 2}",
        "{null: 1}",
    ),
    *("{[a]: 1}", "{1: a, 1.5: b, yes: c}", "&x 1", "*x", "[&x {a: 1}, *x]", "[1, 2", "@a", "`a`", "%a", "a\tb", "\ta"),
    *(
        "é",
        "\U0001f600",
        '"\\ud83d\\ude00"',
        '"\\U0001F600"',
        "\u00a0",
        "a\u2028b",
        "\ufeffa",
        "'a\n    b'",
        '"a\\\n    b"',
    ),
)
_WHOLE = (
    "<<: {a: 2, b: 3}\n  a: 1",
    "a: 1\n  <<: {a: 2, b: 3}",
    "<<: [{a: 1, b: 1}, {a: 2, c: 3}]",
    "<<: {<<: {a: 1}, b: 2}\n  a: 5",
    "<<: []\n  a: 1",
    "<<: {a: 1}\n  <<: {a: 2}",
    "x: &x {a: 1}\n  p: {<<: *x, a: 9}\n  z: {a: 9, <<: *x}",
    '"<<": {a: 1}\n  a: 2',
    "!!merge <<: {a: 1}",
    "<<: 1",
    "<<: [1]",
    "<<: null",
    "a: 1\n  b: 2\n  a: 3",
    "a: 1\n  <<: {a: 2}\n  a: 3",
    "x: &x {a: 1, b: 2}\n  y:\n    <<: *x\n    b: 3",
    "a: &x 1\n  b: &x 2\n  c: *x",
    "? a\n  : b",
    "? [a]\n  : b",
    "a: b\n c: d",
    "a:\n\tb: 1",
    "a: 1 # comment\n  # another\n  b: 2",
    "a:\n  - 1\n  -   2\n  - - 3\n    - 4",
    "a:\n- 1\n- 2",
)


def probes() -> Iterator[Subject]:
    """Yield every spelling as an object: as a value, as a key, and whole specs."""
    values = [*TRUE, *FALSE, *NULL, *STRINGS, *NUMBERS, *NOT_JSON]
    for value in dict.fromkeys((*values, *_MORE_VALUES)):
        yield _probe(f"value {value!r}", f"value: {value}")
    for key in dict.fromkeys((*values, *_MORE_KEYS)):
        yield _probe(f"key {key!r}", f"{key}: 1")
    for whole in _WHOLE:
        yield _probe(f"spec {whole!r}", whole)


def _probe(name: str, spec: str) -> Subject:
    text = f"{_HEAD}spec:\n  {spec}\n"
    reader = Reader()
    reader.read(SourceText("probe.yaml", text))
    found = reader.reading.resources
    data = found[0].data if found else yaml.safe_load(_HEAD)
    return Subject(name, data, text)
