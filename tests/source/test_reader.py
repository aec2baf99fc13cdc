"""Texts into objects, and every way in which a text can be none."""

import gc

import pytest

from service_mesh.model.origin import Layer, SourceText
from service_mesh.source.collector import uncollected
from service_mesh.source.reader import Reader
from tests.source.readings import json_pod, others, places, pod, read, titles


def test_object_keeps_its_plain_data_and_its_place() -> None:
    text = (
        "# c\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {y: 'on', n: on}}\n"
        "spec:\n  ports:\n  - port: 0x50\n"
    )
    reader = Reader(Layer.CONTEXT)
    source = SourceText("a.yaml", text)
    reader.read(source)
    (found,) = reader.reading.resources
    assert found.data == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "a", "labels": {"true": "on", "false": True}},
        "spec": {"ports": [{"port": 80}]},
    }
    assert found.layer is Layer.CONTEXT
    assert found.origin is not None
    assert (found.origin.source, found.origin.line, found.origin.document, found.origin.inner) == (source, 1, 1, ())
    assert found.origin.text == text[4:]
    assert others(reader.reading) == (0, 0, 0, {})


def test_documents_are_numbered_as_in_the_file() -> None:
    reading = read(f"{pod('a')}---\n# nothing\n---\n{pod('b')}...\n{pod('c')}")
    origins = [resource.origin for resource in reading.resources]
    assert [(o.document, o.line) for o in origins if o] == [(1, 0), (3, 6), (4, 12)]
    assert titles(reading) == ["Pod default/a", "Pod default/b", "Pod default/c"]
    assert reading.empty == 1


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null\n", "--- ~\n", "\ufeff"])
def test_text_without_content_is_empty(text: str) -> None:
    reading = read(text)
    assert (reading.resources, reading.problems, others(reading)) == ([], [], (0, 0, 1, {}))


@pytest.mark.parametrize(
    "text",
    [
        "replicaCount: 2\nimage: {tag: x}\n",
        "services:\n  web:\n    image: nginx\nversion: '3'\n",
        "- a\n- b\n",
        "- {name: play, hosts: all, kind: x}\n",
        '- {apiVersion: v1, kind: ""}\n',
        "${MANIFEST}\n",
        "$(cat mesh.yaml)\n",
        "<%= manifest %>\n",
        "'{{ manifest }}'\n",
        "kind: Deployment\nreplicas: 2\n",
        "apiVersion: v2\nname: chart\n",
        "[1, 2]",
        '{"name": "package", "version": "1.0"}',
    ],
)
def test_yaml_of_another_sort_is_skipped(text: str) -> None:
    reading = read(text)
    assert (reading.resources, reading.problems, others(reading)) == ([], [], (0, 1, 0, {}))


@pytest.mark.parametrize(
    ("text", "missing", "line"),
    [
        ("# c\nkind: Pod\nmetadata: {name: a}\n", "apiVersion", 2),
        ("---\n\napiVersion: v1\nmetadata: {name: a}\n", "kind", 3),
        ("metadata: {name: a}\nkind:\napiVersion: v1\n", "kind", 2),
        ("metadata: {name: a}\nkind: Pod\napiVersion: 1\n", "apiVersion", 3),
        ("kind: Pod\nmetadata: {name: a}\napiVersion: ''\n", "apiVersion", 3),
    ],
)
def test_object_without_type_is_reported_at_its_line(text: str, missing: str, line: int) -> None:
    reading = read(text)
    ((code, message, _, found, _),) = places(reading)
    assert (code, message, found) == ("SC106", f"the object has no '{missing}'", line)
    assert others(reading) == (1, 0, 0, {})


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("\n(...!)", "the document is a single value and no object", 2, 1),
        ("---\njust\nwords\n", "the document is a single value and no object", 2, 1),
        ("# c\n--- 'quoted: words'\n", "the document is a single value and no object", 2, 5),
        ("42\n", "the document is a single value and no object", 1, 1),
        ('"text"', "the document is a single value and no object", 1, 1),
        (f"- a\n- {json_pod('a')}\n", "the document is a list and no object", 1, 1),
        (f"\n[{json_pod('a')}]", "the document is a list and no object", 2, 1),
    ],
)
def test_document_that_is_no_map_is_reported_at_its_start(text: str, message: str, line: int, column: int) -> None:
    reading = read(text)
    assert places(reading) == [("SC106", message, 1, line, column)]
    assert (reading.resources, others(reading)) == ([], (1, 0, 0, {}))


def test_words_between_objects_are_told_apart_from_them() -> None:
    reading = read(f"{pod('a')}---\nNo resources found\n---\n{pod('b')}")
    assert titles(reading) == ["Pod default/a", "Pod default/b"]
    assert places(reading) == [("SC106", "the document is a single value and no object", 2, 6, 1)]


@pytest.mark.parametrize("text", ["same as above\n", "(...!)\n", f"- {json_pod('a')}\n"])
def test_words_in_a_piece_of_a_guide_are_skipped(text: str) -> None:
    reader = Reader(is_excerpt=True)
    reader.read(SourceText("guide.md", text))
    assert (reader.reading.problems, others(reader.reading)) == ([], (0, 1, 0, {}))


def test_broken_document_hides_no_other() -> None:
    reading = read(f"{pod('a')}---\nkind: Pod\n bad: [1,\n---\n{pod('b')}---\nx: 'open\n---\n{pod('c')}")
    assert titles(reading) == ["Pod default/a", "Pod default/b", "Pod default/c"]
    assert places(reading) == [
        ("SC101", "mapping values are not allowed in this context", 2, 7, 5),
        ("SC101", "while scanning a quoted scalar, found unexpected end of stream", 4, 14, 4),
    ]
    assert reading.unreadable == 2


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a:\n\tb: 1\n", 2, 1),
        ("a: b\n\tc: d\n", 2, 1),
        ("\ta: 1\n", 1, 1),
        ("a: |\n\tb\n", 2, 1),
        ("x: 1\r\na:\r\n\tb: 1\r\n", 3, 1),
    ],
)
def test_tab_as_indentation_is_named_as_such(text: str, line: int, column: int) -> None:
    assert places(read(text)) == [("SC101", "a tab is used where YAML wants blanks", 1, line, column)]


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a: *x\n", "found undefined alias", 1, 4),
        ("%YAML 3.0\n---\na: 1\n", "found incompatible YAML document", 1, 1),
        ("é: 1\nb: \x01\n", "character U+0001 is not allowed in YAML", 2, 4),
        ("a: é\ud800\n", "character U+D800 is not allowed in YAML", 1, 5),
        ('# \u2028\na: "\u2028"\nb: c: d\n', "mapping values are not allowed in this context", 3, 5),
        ("a: {b: 1\n", "while parsing a flow mapping, did not find expected ',' or '}'", 1, 4),
        ("a: 1\n]\n", "while parsing a block mapping, did not find expected key", 2, 1),
        ("a: &x 1\nb: &x 2\nc: [*y]\n", "found undefined alias 'y'", 3, 5),
    ],
)
def test_what_is_no_yaml_is_located(text: str, message: str, line: int, column: int) -> None:
    assert places(read(text)) == [("SC101", message, 1, line, column)]


def test_snippet_is_the_line_of_the_fault() -> None:
    (problem,) = read("a: 1\r\n  b: c: d\r\n").problems
    assert problem.draft.location is not None
    assert problem.draft.location.snippet == "  b: c: d"


def test_documents_of_helm_output_carry_their_own_names() -> None:
    reading = read(
        f"---\n# Source: c/templates/a.yaml\n{pod('a')}---\n{pod('b')}---\n# Source: c/templates/c.yaml\n{pod('c')}",
        pod("d"),
    )
    origins = [resource.origin for resource in reading.resources]
    assert [(o.file, o.document) for o in origins if o] == [
        ("c/templates/a.yaml", 1),
        ("c/templates/a.yaml", 2),
        ("c/templates/c.yaml", 3),
        ("", 1),
    ]


TEMPLATED = [
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n",
    "apiVersion: v1\nkind: Pod\nmetadata: {{ toYaml .Values.meta }}\n",
    "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n",
    'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    {{- include "x.labels" . | nindent 4 }}\n',
    "apiVersion: v1\nkind: Pod\nmetadata:\n  {{ .Values.key }}: a\n",
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: "{{ .Values.name }}"\n',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: [{"{{ .Release.Name }}": x}]\n',
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: '{{- include \"x.name\" . }}'\n",
]


@pytest.mark.parametrize("text", TEMPLATED)
def test_template_is_recognised_and_its_faults_are_not_reported(text: str) -> None:
    reading = read(f"{text}---\n{pod('a')}", f"# Source: c/b.yaml\n{text}---\n{text}")
    assert titles(reading) == ["Pod default/a"]
    assert reading.problems == []
    assert others(reading) == (0, 0, 0, {"0.yaml": 1, "c/b.yaml": 2})


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    {{ .Values.x }}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a} # {{ .Values.x }}\nx: 1\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {x: '{{ $labels.pod }}'}}\n",
        "apiVersion: v1\nkind: List\nitems:\n"
        "- {apiVersion: v1, kind: Secret, metadata: {name: a}, data: {x: '{{ .Values.x }}'}}\n",
    ],
)
def test_template_as_content_is_no_template(text: str) -> None:
    reading = read(text)
    assert [resource.name for resource in reading.resources] == ["a"]
    assert reading.templates == {}


def test_nesting_without_end_is_no_template() -> None:
    assert [code for code, *_ in places(read("a: " + "{{ a: " * 300))] == ["SC103"]


def test_faults_of_a_readable_document_are_reported_with_it() -> None:
    reading = read("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nx: .inf\nx: {[a]: b}\n")
    assert titles(reading) == ["Pod default/a"]
    assert places(reading) == [
        ("SC104", "'.inf' has no JSON form", 1, 4, 4),
        ("SC102", "field 'x' is written twice", 1, 5, 1),
        ("SC104", "a map or list stands where a field name is expected", 1, 5, 5),
    ]


def test_collector_is_paused_and_left_as_it_was() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
