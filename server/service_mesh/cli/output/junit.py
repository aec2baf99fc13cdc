"""Tests of policies as JUnit XML, which every CI system shows."""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from service_mesh.operations.access_tests import AccessTestsResult, Outcome, TestedCall

__all__ = ["render_junit"]

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(result: AccessTestsResult) -> str:
    """Render a result: one suite; what is not known is an error, since it is neither a pass nor a failure."""
    counts = {
        "tests": len(result.calls),
        "failures": result.count(Outcome.FAILED),
        "errors": result.count(Outcome.UNKNOWN),
    }
    suites = Element("testsuites", {name: str(count) for name, count in counts.items()})
    suite = SubElement(suites, "testsuite", {"name": "access", **suites.attrib})
    for call in result.calls:
        _add(suite, call)
    indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(suites, encoding="unicode")}'


def _add(suite: Element, call: TestedCall) -> None:
    place = {"classname": "access", "file": _clean(call.file), "line": str(call.line)}
    case = SubElement(suite, "testcase", {"name": _clean(call.name), **place})
    if call.outcome is Outcome.PASSED:
        return
    kind = "failure" if call.outcome is Outcome.FAILED else "error"
    expected = f"expected {call.expected.value}"
    found = SubElement(case, kind, {"message": _clean(f"{expected}, got {call.reason}"), "type": call.outcome.value})
    if call.answer is not None:
        lines = [f"{one.layer}: {one.decision.value}: {one.reason}" for one in call.answer.layers]
        found.text = _clean("\n".join(lines))


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)
