import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

_GOOD = b"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
_BAD = b"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  label: {a: b}\n"
_MILD = (
    b"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: web, namespace: shop}\n"
    b"spec:\n  host: web\n  trafficPolicy:\n    loadBalancer: {simple: LEAST_CONN}\n"
)
_UNKNOWN = b"apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n"


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (_GOOD, [], 0),
        (_BAD, [], 1),
        (_MILD, [], 0),
        (_MILD, ["--fail-on", "info"], 1),
        (_BAD, ["--ignore", "SC120"], 0),
        (_BAD, ["--select", "IS"], 0),
        (_GOOD + b"---\n" + _UNKNOWN, [], 0),
        (_GOOD + b"---\n" + _UNKNOWN, ["--require-complete"], 3),
        (_UNKNOWN, [], 3),
        (b"", [], 3),
        (b"# only a comment\n", [], 3),
        (b"{{ .Values.all }}\n", [], 3),
    ],
    ids=[
        "clean",
        "error",
        "note",
        "note that fails",
        "ignored",
        "not selected",
        "partly unknown",
        "partly unknown and required",
        "unknown only",
        "empty",
        "comment only",
        "template only",
    ],
)
@pytest.mark.parametrize("output", ["text", "json", "sarif"])
def test_exit_code_follows_the_contract_in_every_format(
    cli: Cli, content: bytes, options: list[str], code: int, output: str
) -> None:
    assert cli("validate", "-", "-o", output, *options, stdin=content).code == code


def test_text_shows_place_object_snippet_fix_and_verdict(cli: Cli) -> None:
    ran = cli("validate", "-", stdin=_BAD)
    assert ran.out.splitlines() == [
        "<stdin>:5:3: error SC120 'label' is not a field of 'metadata'",
        "    in Namespace shop",
        "    5 | label: {a: b}",
        "      | ^",
        "    fix: rename to 'labels' (safe)",
        "",
        "fail: 1 error, 0 warnings, 0 notes in 1 object; 0 things not checked",
    ]
    assert ran.err == ""


def test_json_holds_the_fields_of_the_contract(cli: Cli) -> None:
    answer = json.loads(cli("validate", "-", "-o", "json", stdin=_BAD).out)
    assert answer["verdict"] == "fail"
    assert answer["counts"] == {"error": 1, "warning": 0, "info": 0}
    assert answer["resources"] == {"total": 1, "valid": 0, "invalid": 1, "skipped": 0, "not_checked": 0}
    (finding,) = answer["findings"]
    assert {
        key: finding[key] for key in ("code", "name", "category", "severity", "pointer", "file", "document", "line")
    } == {
        "code": "SC120",
        "name": "field-unknown",
        "category": "schema",
        "severity": "error",
        "pointer": "/metadata/label",
        "file": "<stdin>",
        "document": 1,
        "line": 5,
    }
    assert finding["resource"] == {
        "api_version": "v1",
        "kind": "Namespace",
        "namespace": "",
        "name": "shop",
        "cluster": "",
    }
    assert finding["doc"] == "references/rules/schema/SC120.md"
    assert finding["fix"]["diff"].splitlines()[-1] == "+  labels: {a: b}"


def test_sarif_names_rule_place_and_fingerprint(cli: Cli) -> None:
    log = json.loads(cli("validate", "-", "-o", "sarif", stdin=_BAD).out)
    (run,) = log["runs"]
    (result,) = run["results"]
    assert (log["version"], result["ruleId"], result["level"]) == ("2.1.0", "SC120", "error")
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 5, "startColumn": 3}
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "SC120"
    assert result["partialFingerprints"]["serviceMesh/v1"].startswith("SC120-")


def test_fixes_are_shown_and_written_only_when_asked(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_bytes(_BAD)
    shown = cli("validate", "shop.yaml", "--fix", "safe")
    assert "+  labels: {a: b}" in shown.out
    assert path.read_bytes() == _BAD
    written = cli("validate", "shop.yaml", "--fix", "safe", "--write")
    assert path.read_bytes() == _BAD.replace(b"label:", b"labels:")
    assert "fixed shop.yaml" in written.out
    assert cli("validate", "shop.yaml").code == 0


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (
            ["validate"],
            "service-mesh: no input; name files, folders or globs, - for standard input, --snapshot or --context",
        ),
        (["validate", "absent.yaml"], "service-mesh: 'absent.yaml': no such file or folder; check the spelling"),
        (["validate", "*.yaml"], "service-mesh: no file matches '*.yaml'"),
        (["validate", "-", "--write"], "service-mesh: --write has nothing to write; add --fix safe or --fix all"),
        (["validate", "-", "--fix", "safe", "--write"], "service-mesh: --write cannot write to standard input"),
        (
            ["validate", "-", "--fail-on", "info", "--min-severity", "error"],
            "service-mesh: --fail-on info needs findings that --min-severity error leaves out",
        ),
        (["validate", "-", "--select", "IS1O3"], "service-mesh: unknown rule 'IS1O3'; did you mean 'IS103'?"),
        (["validate", "-", "--outptu", "json"], "service-mesh validate: unrecognized arguments: --outptu"),
        (["validate", "-", "-o", "jsn"], "service-mesh validate: argument -o/--output: invalid choice: 'jsn'"),
        (["valdate", "x"], "service-mesh: argument COMMAND: invalid choice: 'valdate'"),
        (["explain"], "service-mesh: explain takes either a code, an intent or --list"),
        (["explain", "IS9999"], "service-mesh: unknown rule 'IS9999'"),
    ],
)
def test_wrong_use_is_one_sentence_on_stderr_and_exit_2(cli: Cli, argv: list[str], sentence: str) -> None:
    ran = cli(*argv, stdin=_GOOD)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(sentence)
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x7fELF\x00\x01", "service-mesh: '<stdin>' is binary; give YAML, JSON or Markdown text"),
        (b"a: 1\nb: \xff\n", "service-mesh: '<stdin>' line 2: byte 0xff is not UTF-8; save the file as UTF-8"),
    ],
    ids=["binary", "wrong encoding"],
)
def test_unreadable_standard_input_is_one_sentence(cli: Cli, content: bytes, sentence: str) -> None:
    ran = cli("validate", "-", stdin=content)
    assert (ran.code, ran.out, ran.err) == (2, "", sentence + "\n")


def test_suggestions_name_the_nearest_option_and_command(cli: Cli) -> None:
    assert "did you mean '--output'?" in cli("validate", "-", "--outptu", "json").err
    assert "did you mean 'json'?" in cli("validate", "-", "-o", "jsn").err
    assert "did you mean 'validate'?" in cli("valdate").err


def test_empty_folder_says_that_nothing_could_be_checked(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = cli("validate", "empty")
    assert ran.code == 3
    assert ran.out.splitlines() == [
        "not checked: empty: the folder holds no YAML, JSON or Markdown file",
        "    name another folder",
        "nothing could be checked: 0 errors, 0 warnings, 0 notes in 0 objects; 1 thing not checked",
    ]


def test_control_characters_of_names_do_not_reach_the_terminal(cli: Cli) -> None:
    ran = cli("validate", "-", stdin=_BAD.replace(b"name: shop", b'name: "sh\\e[31mop"'))
    assert "\x1b" not in ran.out
    assert "sh\ufffd[31mop" in ran.out


def test_colour_is_used_only_where_it_is_wanted(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in cli("validate", "-", stdin=_BAD).out
    assert "\x1b[" in cli("validate", "-", "--color", "always", stdin=_BAD).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31" not in cli("validate", "-", stdin=_BAD).out


def test_internal_error_is_a_sentence_and_debug_shows_where(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("service_mesh.cli.validate.run_validate", broken)
    ran = cli("validate", "-", stdin=_GOOD)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ran.err.startswith("service-mesh: internal error: ZeroDivisionError: oops; this is a defect")
    assert "Traceback" in cli("validate", "-", "--debug", stdin=_GOOD).err


def test_source_comment_names_the_file_that_is_reported(cli: Cli) -> None:
    ran = cli("validate", "-", stdin=b"---\n# Source: chart/templates/ns.yaml\n" + _BAD)
    assert ran.out.startswith("chart/templates/ns.yaml:7:3: error SC120")


def test_explain_prints_the_page_of_a_code_or_a_name(cli: Cli) -> None:
    by_code, by_name = cli("explain", "is103"), cli("explain", "subset-undefined")
    assert by_code.out == by_name.out
    assert by_code.out.startswith("# IS103 subset-undefined\n")
    assert "IS103  error" in cli("explain", "--list").out
    assert json.loads(cli("explain", "IS103", "-o", "json").out)["upstream"] == ["IST0101", "KIA1107"]
