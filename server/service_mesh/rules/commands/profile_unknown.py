"""Istio is installed with a profile that does not exist.

## Why it matters
`istioctl` looks a profile up by its name and stops if there is none. `production` is a word from guides, not a
profile: `default` is meant for production.

## Wrong
```bash
istioctl install --set profile=production -y
```

## Right
```bash
istioctl install --set profile=default -y
istioctl install --set profile=./profiles/ours.yaml -y
```

## When it stays quiet
For paths, variables and placeholders, and with `--manifests`, since a folder of your own may hold profiles of your own.

## Fix safety
No fix is offered: text is not edited. The profiles stand in the message.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import calls, flag_name, flag_values, is_literal
from service_mesh.rules.commands._istioctl import HIDDEN_PROFILES, ISTIOCTL, PROFILES
from service_mesh.rules.rule import command_rule

_COMMANDS = frozenset({("install",), ("upgrade",), ("manifest", "generate"), ("manifest", "install")})


@command_rule("CM106", category=Category.OPERATIONS, severity=Severity.ERROR, sources=("istio: manifests/profiles",))
def profile_unknown(command: Command) -> Iterator[Draft]:
    """Report profile names that no release of Istio brings."""
    for call in calls(command):
        if call.tool is not ISTIOCTL or call.path not in _COMMANDS:
            continue
        if any(flag_name(word.text) in {"d", "manifests", "charts"} for word in call.words):
            continue
        for value, word in flag_values(call.words, "s", "set"):
            key, _, profile = value.partition("=")
            if key == "profile" and is_literal(profile) and profile not in PROFILES + HIDDEN_PROFILES:
                message = f"profile '{profile}' does not exist; there are {', '.join(PROFILES)}"
                yield Draft(message, location=word.location)
