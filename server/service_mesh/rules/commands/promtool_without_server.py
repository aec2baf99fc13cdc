"""A query is sent with `promtool`, and no server is named.

## Why it matters
`promtool query` takes the address of the server first and then the query. With the query alone it stops with a usage
error, and a script that reads its output sees nothing.

## Wrong
```bash
promtool query instant 'sum(rate(istio_requests_total{reporter="destination"}[5m]))'
```

## Right
```bash
promtool query instant http://localhost:9090 'sum(rate(istio_requests_total{reporter="destination"}[5m]))'
```

## When it stays quiet
Where one of the arguments is a variable or a placeholder that may hold both.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command, Word
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import flag_name, flag_values
from service_mesh.rules.commands._queries import promtool
from service_mesh.rules.rule import command_rule

_VALUED = ("time", "o", "format", "http.config.file", "start", "end", "step", "header")


@command_rule(
    "CM127", category=Category.OPERATIONS, severity=Severity.ERROR, sources=("prometheus: cmd/promtool/main.go",)
)
def promtool_without_server(command: Command) -> Iterator[Draft]:
    """Report queries of promtool that have one argument only."""
    words = promtool(command)
    given = [word.text for word in words[:3]]
    if given[1:] not in (["query", "instant"], ["query", "range"]):
        return
    left = _arguments(words[3:])
    if len(left) == 1 and not left[0].text.startswith(("$", "<", "{{")):
        line = " ".join(given)
        yield Draft(f"'{line}' takes the server's address before the query", location=left[0].location)


def _arguments(words: tuple[Word, ...]) -> list[Word]:
    values = {word for _, word in flag_values(words, *_VALUED)}
    return [word for word in words if not flag_name(word.text) and word not in values]
