"""The verb `explain`: what a rule is about, as the page that `references/rules` holds too."""

from dataclasses import dataclass

from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule

__all__ = ["Page", "explain", "list_rules", "render_page"]


@dataclass(frozen=True, slots=True)
class Page:
    """One rule, explained.

    Attributes:
        markdown: The whole page, title and facts included.
    """

    code: str
    name: str
    title: str
    severity: str
    category: str
    upstream: tuple[str, ...]
    markdown: str

    def as_json(self) -> dict[str, object]:
        """The page as plain data."""
        return {
            "code": self.code,
            "name": self.name,
            "title": self.title,
            "severity": self.severity,
            "category": self.category,
            "upstream": list(self.upstream),
            "markdown": self.markdown,
        }


def explain(code: str) -> Page:
    """Explain one rule.

    Args:
        code: A code (`IS103`) or a name (`subset-undefined`).

    Raises:
        UsageError: There is no such rule; names the nearest.
    """
    return _page(load_rules().get(code))


def list_rules() -> tuple[Page, ...]:
    """Every rule, ordered by code."""
    return tuple(_page(rule) for rule in load_rules())


def render_page(rule: Rule) -> str:
    """The Markdown page of a rule: what its docstring says, with the facts of its decorator."""
    title, _, body = rule.page.strip().partition("\n")
    facts = [
        f"`{rule.code}` · {rule.severity.value} · {rule.category.value} · confidence {rule.confidence.value}"
        f" · since {rule.since}"
    ]
    if rule.upstream:
        facts.append(f"Known elsewhere as {', '.join(rule.upstream)}.")
    sources = "\n".join(f"- {_source(source)}" for source in rule.sources)
    parts = [f"# {rule.code} {rule.name}", title, "\n\n".join(facts), body.strip(), f"## Sources\n{sources}"]
    return "\n\n".join(parts) + "\n"


def _page(rule: Rule) -> Page:
    return Page(
        rule.code, rule.name, rule.title, rule.severity.value, rule.category.value, rule.upstream, render_page(rule)
    )


def _source(source: str) -> str:
    return f"<{source}>" if source.startswith("https://") else f"`{source}`"
