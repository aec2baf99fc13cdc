"""What a saved answer of `linkerd check -o json` found, so that it stands beside what the objects tell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

__all__ = ["CheckResult", "failed_checks"]

_MOST = 200
_LONGEST = 400
_GOOD = "success"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check of Linkerd's own command line that did not succeed.

    Attributes:
        category: What it belongs to: `linkerd-identity`, `linkerd-viz`.
        description: What is to hold: `issuer cert is valid for at least 60 days`.
        result: `warning` or `error`.
        error: What was found instead, one line; empty where the command did not say.
        hint: Address of the page about it, empty where there is none.
        file: The member of the archive that it was read from.
    """

    category: str
    description: str
    result: str
    error: str = ""
    hint: str = ""
    file: str = ""


def failed_checks(answers: Iterable[tuple[str, object]]) -> tuple[CheckResult, ...]:
    """The checks that did not succeed in saved answers, in their order, the first two hundred of them.

    (`linkerd/linkerd2: pkg/healthcheck/healthcheck_output.go`, the JSON form of results)

    Args:
        answers: Member of the archive and what it holds, for each that `linkerd check -o json` wrote
            (`ExportKind.LINKERD_CHECK`).
    """
    found = (result for file, data in answers for result in _failed(file, data))
    return tuple(islice(found, _MOST))


def _failed(file: str, data: object) -> Iterator[CheckResult]:
    for category in _maps(data, "categories"):
        for check in _maps(category, "checks"):
            result = _text(check, "result")
            if result and result != _GOOD:
                yield CheckResult(
                    _text(category, "categoryName"),
                    _text(check, "description"),
                    result,
                    _text(check, "error"),
                    _text(check, "hint"),
                    file,
                )


def _maps(holder: object, name: str) -> Iterator[Mapping[str, object]]:
    held = holder.get(name) if isinstance(holder, Mapping) else None
    yield from (one for one in (held if isinstance(held, list) else ()) if isinstance(one, Mapping))


def _text(holder: Mapping[str, object], name: str) -> str:
    value = holder.get(name)
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""
