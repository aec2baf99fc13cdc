"""What spellings become; every value here was compared with what sigs.k8s.io/yaml v1.6 (go-yaml v2) makes of it."""

import pytest

from service_mesh.model.origin import SourceText
from service_mesh.source.compose import compose
from service_mesh.source.plain import Builder
from service_mesh.source.reader import Reader
from service_mesh.source.scalars import TAG_PREFIX, NonJsonValueError, key_name, resolve_plain, resolve_tagged

TRUE = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]
FALSE = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]
NULL = ["", "~", "null", "Null", "NULL"]
# fmt: off
STRINGS = [
    # case that no list holds
    "yES", "nO", "oN", "oFF", "tRUE", "fALSE", "nULL",
    # base 60, dates, versions
    "12:30", "12:30:45", "190:20:30", "2001-12-14", "2001-12-14T21:59:43Z", "0.1.2", "1.2.3", "v1",
    # nearly numbers
    "0xg", "0b", "0x", "0o", "0b12", "0o8", "_1", "_", "1e", "1e3x", "e3", "+", "-.", ".", "..", "._5", ".5_",
    ".5__5", ".5e", ".5.5", "+0xffffffffffffffff", "0x1.8p1", "1p4", "0b--1", "++1",
    # quantities and words
    "1-1", "1,000", "100m", "1Gi", "50%", "1e400", "-1e400", "inf", "nan", "Infinity", "-inf", "=", "<<", "?a",
    "-a",
]
# fmt: on
NUMBERS: dict[str, float] = {
    # octal, with and without the letter; digits above 7 make a float of it, and so a decimal number
    "0": 0,
    "00": 0,
    "012": 10,
    "0o14": 12,
    "0O14": 12,
    "-012": -10,
    "+012": 10,
    "-0o14": -12,
    "0_7": 7,
    "08": 8,
    "09": 9,
    "08.5": 8.5,
    "0_8": 8,
    # hexadecimal and binary
    "0x1f": 31,
    "0X1F": 31,
    "-0x1f": -31,
    "+0x1f": 31,
    "0x_1f": 31,
    "0b101": 5,
    "0B101": 5,
    "-0b11": -3,
    "+0b11": 3,
    "0b-11": -3,
    "0b+11": 3,
    # underscores
    "1_000": 1000,
    "1__0": 10,
    "1_": 1,
    "-1_0": -10,
    "1_000.5": 1000.5,
    "5_5.5": 55.5,
    "1e1_0": 10_000_000_000,
    "1_0.0_1": 10.01,
    ".5_5": 0.55,
    # floats that are whole numbers arrive as integers
    "1e3": 1000,
    "1E3": 1000,
    "1e+3": 1000,
    "-1e3": -1000,
    "1.0": 1,
    "1.": 1,
    "-0": 0,
    "-0.0": 0,
    "+0": 0,
    "0.0": 0,
    "0e0": 0,
    "1.2e3": 1200,
    "1e20": 10**20,
    ".5e1": 5,
    # floats that are not
    "1e-3": 0.001,
    "1.5": 1.5,
    "+1.5": 1.5,
    "-1.5": -1.5,
    ".5": 0.5,
    "+.5": 0.5,
    "-.5": -0.5,
    "1.20": 1.2,
    "0.10": 0.1,
    "1e21": 1e21,
    "1e-400": 0,
    # 64 bits, signed and unsigned; beyond them a float
    "9223372036854775807": 2**63 - 1,
    "9223372036854775808": 2**63,
    "18446744073709551615": 2**64 - 1,
    "18446744073709551616": 18446744073709551616,
    "+9223372036854775808": 9223372036854775808,
    "-9223372036854775808": -(2**63),
    "-9223372036854775809": -9223372036854775808,
    "123456789012345678901234567890": 1.2345678901234568e29,
    "+1": 1,
    "-1": -1,
}
NOT_JSON = [".inf", ".Inf", ".INF", "-.inf", "+.inf", "-.INF", ".nan", ".NaN", ".NAN"]


def test_the_table_covers_what_was_promised() -> None:
    spellings = [*TRUE, *FALSE, *NULL, *STRINGS, *NUMBERS, *NOT_JSON]
    assert len(set(spellings)) == len(spellings)
    assert len(spellings) >= 150


@pytest.mark.parametrize("text", TRUE)
def test_word_is_true(text: str) -> None:
    assert resolve_plain(text) is True


@pytest.mark.parametrize("text", FALSE)
def test_word_is_false(text: str) -> None:
    assert resolve_plain(text) is False


@pytest.mark.parametrize("text", NULL)
def test_word_is_null(text: str) -> None:
    assert resolve_plain(text) is None


@pytest.mark.parametrize("text", STRINGS)
def test_spelling_stays_a_string(text: str) -> None:
    assert resolve_plain(text) == text


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_spelling_is_a_number(text: str, number: float) -> None:
    value = resolve_plain(text)
    assert (value, type(value)) == (number, type(number))


@pytest.mark.parametrize("text", NOT_JSON)
def test_infinity_and_nan_are_refused(text: str) -> None:
    with pytest.raises(NonJsonValueError):
        resolve_plain(text)


def test_digits_without_end_are_a_string_and_cost_nothing() -> None:
    digits = "9" * 100_000
    assert resolve_plain(digits) == digits


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "123", "123"),
        ("str", "", ""),
        ("str", "~", "~"),
        ("int", "12", 12),
        ("int", "0x1f", 31),
        ("float", "3", 3),
        ("float", "3.5", 3.5),
        ("bool", "yes", True),
        ("null", "", None),
        ("null", "~", None),
        ("binary", "aGVsbG8=", "hello"),
        ("binary", "aGVs\n  bG8=\n".replace(" ", ""), "hello"),
        ("timestamp", "2001-12-14", "2001-12-14"),
    ],
)
def test_tag_decides_the_type(tag: str, text: str, value: object) -> None:
    found = resolve_tagged(TAG_PREFIX + tag, text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("int", "x"),
        ("int", "1.0"),
        ("int", "yes"),
        ("float", "x"),
        ("float", "no"),
        ("float", ".inf"),
        ("bool", "1"),
        ("null", "x"),
        ("binary", "YQ"),
        ("binary", "é"),
        ("binary", "a b="),
    ],
)
def test_text_that_is_not_of_its_tag_is_refused(tag: str, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the message is made by the caller, who knows the place
        resolve_tagged(TAG_PREFIX + tag, text)


def test_unknown_tag_leaves_a_string() -> None:
    assert resolve_tagged("!foo", "12") == "12"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("name", "name"),
        ("y", "true"),
        ("on", "true"),
        ("off", "false"),
        ("1", "1"),
        ("0x10", "16"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("1e7", "1e+07"),
        ("1e-7", "1e-07"),
        (".inf", ".inf"),
        ("+.INF", ".inf"),
        ("-.inf", "-.inf"),
        (".NaN", ".nan"),
        ("null", None),
        ("", None),
    ],
)
def test_key_becomes_a_field_name(text: str, name: str | None) -> None:
    assert key_name(text) == name


def built(text: str) -> object:
    node = compose(text)
    assert node is not None
    builder = Builder()
    value = builder.build(node, text)
    assert builder.defects == []
    return value


def defects(text: str) -> list[tuple[str, str, int, int]]:
    node = compose(text)
    assert node is not None
    builder = Builder()
    builder.build(node, text)
    return [(found.code, found.message, found.mark.line, found.mark.column) for found in builder.defects]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<<: {a: 2, b: 3}\na: 1", {"a": 1, "b": 3}),
        ("a: 1\n<<: {a: 2, b: 3}", {"a": 2, "b": 3}),
        ("a: 1\n<<: {a: 2}\nc: 3", {"a": 2, "c": 3}),
        ("<<: [{a: 1, b: 1}, {a: 2, c: 3}]", {"a": 1, "b": 1, "c": 3}),
        ("<<: {<<: {a: 1}, b: 2}\na: 5", {"a": 5, "b": 2}),
        ("<<: []\na: 1", {"a": 1}),
        ("<<: {a: 1}\n<<: {a: 2}", {"a": 2}),
        ("x: &x {a: 1}\np: {<<: *x, a: 9}\nz: {a: 9, <<: *x}", {"x": {"a": 1}, "p": {"a": 9}, "z": {"a": 1}}),
        ("x: &x {a: 1}\nz: {<<: [*x, {a: 2, b: 2}]}", {"x": {"a": 1}, "z": {"a": 1, "b": 2}}),
        ('"<<": {a: 1}\na: 2', {"<<": {"a": 1}, "a": 2}),
        ("!!merge <<: {a: 1}", {"a": 1}),
        ("v: <<", {"v": "<<"}),
    ],
)
def test_merge_key_works_in_the_decoders_order(text: str, value: object) -> None:
    assert built(text) == value


@pytest.mark.parametrize("text", ["<<: 1", "<<: [1]", "<<: null", "<<:\n- {a: 1}\n- [b]"])
def test_merge_of_anything_but_maps_is_refused(text: str) -> None:
    (found,) = defects(text)
    assert found[:3] == ("SC104", "'<<' merges something that is no map", 1 if "\n" in text else 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{1: a, 1.5: b, yes: c, 0x10: d, .inf: e}", {"1": "a", "1.5": "b", "true": "c", "16": "d", ".inf": "e"}),
        ('{y: 1, "y": 2}', {"true": 1, "y": 2}),
        ("? a\n: b", {"a": "b"}),
        ("!!str 1: a", {"1": "a"}),
        ("!!int '0x10': a", {"16": "a"}),
        ("!!bool 'yes': a", {"true": "a"}),
        ("!!set {a, b}", {"a": None, "b": None}),
        ("!!omap [a: 1, b: 2]", [{"a": 1}, {"b": 2}]),
        ("!foo {a: !bar [1]}", {"a": [1]}),
        ("!!python/object:os.system [a]", ["a"]),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("a: |\n  text\nb: >\n  folded\n  text\n", {"a": "text\n", "b": "folded text\n"}),
        ('a: \'12\'\nb: "yes"\nc: !!int "12"', {"a": "12", "b": "yes", "c": 12}),
    ],
)
def test_keys_tags_and_styles_are_read_as_the_decoder_does(text: str, value: object) -> None:
    assert built(text) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3\n", ("SC102", "field 'a' is written twice", 2, 0)),
        ('m: {1: a, "1": b}', ("SC102", "field '1' is written twice", 0, 10)),
        ("yes: 1\ntrue: 2", ("SC102", "field 'true' is written twice", 1, 0)),
        ("a: 1\n<<: {a: 2}\na: 3", ("SC102", "field 'a' is written twice", 2, 0)),
        ("a: .inf", ("SC104", "'.inf' has no JSON form", 0, 3)),
        ("null: 1", ("SC104", "a field name is null", 0, 0)),
        ("!!null '': 1", ("SC104", "a field name is null", 0, 0)),
        ("? [a]\n: b", ("SC104", "a map or list stands where a field name is expected", 0, 2)),
        ("a: !!int x", ("SC104", "'x' cannot be read as !!int", 0, 3)),
        ("é: '\u2028'\nb: .nan", ("SC104", "'.nan' has no JSON form", 1, 3)),
    ],
)
def test_what_the_decoder_refuses_is_located(text: str, found: tuple[str, str, int, int]) -> None:
    assert defects(text) == [found]


def test_last_of_two_equal_fields_counts() -> None:
    reader = Reader()
    reader.read(SourceText("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, name: b}\n"))
    assert [resource.name for resource in reader.reading.resources] == ["b"]
    assert [(p.code, p.draft.location and p.draft.location.column) for p in reader.reading.problems] == [("SC102", 21)]


def test_key_that_a_merge_brought_in_may_be_overwritten() -> None:
    assert defects("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n") == []


def test_equal_scalars_of_many_documents_are_one_object() -> None:
    builder = Builder()
    nodes = [(compose(text), text) for text in ("a: some text", "b: some text", "c: 'quoted'", "d: 'quoted'")]
    values = [next(iter(builder.build(node, text).values())) for node, text in nodes]  # type: ignore[arg-type, attr-defined]  # maps, as written
    assert values[0] is values[1]
    assert values[2] is values[3]


def test_long_scalars_are_not_kept_behind_their_document() -> None:
    builder = Builder()
    long = "x" * 200
    for text in (f"a: {long}", f"{long}: 'y{long}'"):
        node = compose(text)
        assert node is not None
        builder.build(node, text)
    assert long not in str(builder)
