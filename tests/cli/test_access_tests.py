"""Tests of policies: files of expected calls, their outcomes for people and CI, and how a wrong file is refused."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Cli
from tests.operations.test_access import WORLD

CALLS = """# what the shop relies on
tests:
  - name: the web reads the cart
    from: shop/web
    to: svc:shop/cart:80
    method: GET
    path: /items
    expect: allow
  - name: nobody administers
    from: shop/web
    to: svc:shop/cart:80
    path: /admin
    expect: deny
"""
WRONG = "  - {from: shop/web, to: 'svc:shop/cart:80', path: /admin, expect: allow}\n"
OPEN = "  - {from: shop/web, to: 'svc:shop/cart:80', expect: deny}\n"
LOST = "  - {from: shop/wbe, to: 'svc:shop/cart:80', expect: deny}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mesh.yaml").write_text(WORLD, encoding="utf-8")
    return tmp_path


def ran(cli: Cli, folder: Path, calls: str, *more: str) -> tuple[int, str, str]:
    (folder / "calls.yaml").write_text(calls, encoding="utf-8")
    found = cli("access", "mesh.yaml", "--tests", "calls.yaml", *more)
    return found.code, found.out, found.err


@pytest.mark.parametrize(
    ("calls", "code"),
    [(CALLS, 0), (CALLS + WRONG, 1), (CALLS + OPEN, 3), (CALLS + OPEN + WRONG, 1), (CALLS + LOST, 1)],
)
@pytest.mark.parametrize("output", ["text", "json", "junit"])
def test_the_exit_code_says_whether_all_passed_in_every_format(
    cli: Cli, folder: Path, calls: str, code: int, output: str
) -> None:
    assert ran(cli, folder, calls, "-o", output)[0] == code


def test_text_gives_a_reason_and_a_place_to_what_did_not_pass(cli: Cli, folder: Path) -> None:
    _, out, _ = ran(cli, folder, CALLS + WRONG + OPEN + LOST)
    assert out.splitlines() == [
        "passed  the web reads the cart",
        "passed  nobody administers",
        "failed  shop/web to svc:shop/cart:80: allow",
        "        expected allow, got deny by authorization: AuthorizationPolicy shop/no-admin denies it (mesh.yaml:43)",
        "        in calls.yaml:14",
        "unknown shop/web to svc:shop/cart:80: deny",
        "        expected deny, got unknown for want of the path of the request",
        "        in calls.yaml:15",
        "failed  shop/wbe to svc:shop/cart:80: deny",
        "        expected deny, got no workload 'shop/wbe' was read; did you mean 'shop/web'?",
        "        in calls.yaml:16",
        "2 passed, 2 failed, 1 unknown; 0 things not checked",
    ]


def test_junit_has_a_case_for_each_test_and_says_unknown_as_an_error(cli: Cli, folder: Path) -> None:
    _, out, _ = ran(cli, folder, CALLS + WRONG + OPEN, "-o", "junit")
    suites = ElementTree.fromstring(out)
    assert suites.attrib == {"tests": "4", "failures": "1", "errors": "1"}
    cases = suites.findall("./testsuite/testcase")
    assert [(case.attrib["line"], [child.tag for child in case]) for case in cases] == [
        ("3", []),
        ("9", []),
        ("14", ["failure"]),
        ("15", ["error"]),
    ]


def test_junit_stays_xml_whatever_a_name_holds(cli: Cli, folder: Path) -> None:
    _, out, _ = ran(cli, folder, CALLS.replace("the web reads the cart", '"<a> & \\u0007 ]]>"'), "-o", "junit")
    (first, _) = ElementTree.fromstring(out).findall("./testsuite/testcase")
    assert first.attrib["name"] == "<a> & \ufffd ]]>"


def test_json_holds_every_answer(cli: Cli, folder: Path) -> None:
    _, out, _ = ran(cli, folder, CALLS, "-o", "json")
    calls = json.loads(out)["calls"]
    assert [(call["name"], call["outcome"], call["answer"]["decision"]) for call in calls] == [
        ("the web reads the cart", "passed", "allow"),
        ("nobody administers", "passed", "deny"),
    ]


def test_headers_and_claims_of_a_test_count(cli: Cli, folder: Path) -> None:
    asks = (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: users, namespace: shop}\n"
        "spec: {selector: {matchLabels: {app: cart}}, rules: "
        "[{when: [{key: 'request.headers[x-user]', values: [alice]}]}]}\n"
    )
    (folder / "mesh.yaml").write_text(f"{WORLD}---\n{asks}", encoding="utf-8")
    call = "from: shop/web, to: 'svc:shop/cart:80', method: GET, path: /, headers: {x-user: %s}, expect: allow"
    test = f"tests:\n  - {{{call}}}\n"
    assert [ran(cli, folder, test % name)[0] for name in ("alice", "bob")] == [0, 1]


@pytest.mark.parametrize(
    ("calls", "sentence"),
    [
        ("tests: [", "calls.yaml:1"),
        ("- a\n", "calls.yaml:1: the file holds no single map; begin it with the names of its parts"),
        ("", "the file holds no single map"),
        ("test: []\n", "calls.yaml: unknown part 'test'; the file has one part, 'tests'"),
        ("tests: []\n", "calls.yaml: no tests; list them under 'tests'"),
        ("tests:\n  - a\n", "calls.yaml:2: a test is a map"),
        (
            "tests:\n  - {from: a/b, too: c/d:1, expect: deny}\n",
            "calls.yaml:2: unknown field 'too'; did you mean 'to'?",
        ),
        ("tests:\n  - {from: a/b, to: 'c/d:1'}\n", "calls.yaml:2: the test has no 'expect'; write it as text"),
        ("tests:\n  - {from: a/b, to: 'c/d:1', expect: maybe}\n", "'maybe' cannot be expected; write allow or deny"),
        ("tests:\n  - {from: a/b, to: 'c/d:1', expect: deny, headers: [a]}\n", "'headers' is a map"),
        ("tests:\n  - {from: a/b, to: 'c/d:1', expect: deny, headers: {a: 1}}\n", "a value of 'headers' is no text"),
    ],
)
def test_a_wrong_file_is_one_sentence_with_its_line(cli: Cli, folder: Path, calls: str, sentence: str) -> None:
    code, out, err = ran(cli, folder, calls)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_file_and_a_single_call_are_not_asked_together(cli: Cli, folder: Path) -> None:
    code, _, err = ran(cli, folder, CALLS, "--method", "GET")
    assert (code, err.strip()) == (
        2,
        "service-mesh: --method is about one call, --tests about several; leave one of them out",
    )
    assert ran(cli, folder, CALLS, "-o", "markdown")[0] == 2
