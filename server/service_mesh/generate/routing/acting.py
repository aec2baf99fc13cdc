"""Rules that act on requests and leave them where they go, as a plan with the questions that every one of them has."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from service_mesh.generate.parameters.acted import ActedPath
from service_mesh.generate.plan import Gap, Plan
from service_mesh.generate.questions import Question, RouteQuestion
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet
from service_mesh.generate.routing.plans import routes_plan
from service_mesh.generate.routing.rules import RouteRule
from service_mesh.generate.routing.subject import fitted
from service_mesh.generate.site import Site

__all__ = ["Acting"]

_NOBODYS = "/asked-for-by-nobody"
_OTHERS = ("DELETE", "GET")


@dataclass(frozen=True, slots=True)
class Acting:
    """What is asked for, and where it is written for.

    Attributes:
        asked: The requests.
        site: Where rules are written for.
    """

    asked: ActedPath
    site: Site

    def plan(
        self,
        rules: Iterable[RouteRule],
        why: str,
        questions: Iterable[Question],
        notes: Iterable[str] = (),
        gaps: Iterable[Gap] = (),
    ) -> Plan:
        """The plan: one file with the rules.

        Args:
            rules: The rules.
            why: What they do, for the comment at the head of the file.
            questions: What has to hold after them.
            notes: What whoever applies it has to know.
            gaps: Parts that are left out.

        Raises:
            InexpressibleError: The dialect has no words for a rule.
        """
        sheet = RouteSheet("routes.yaml", why, tuple(rules))
        return replace(routes_plan(self._asking, (sheet,), questions, notes=tuple(notes)), gaps=tuple(gaps))

    def asks(
        self,
        why: str,
        says: Mapping[str, object],
        *,
        method: str = "",
        path: str = "",
        headers: Mapping[str, str] | None = None,
        arrives: Mapping[str, str | None] | None = None,
        is_answered: bool = False,
    ) -> RouteQuestion:
        """One question about a request that the rules are for: it goes where it goes today, or nowhere.

        Args:
            why: What the question is for.
            says: What the rule says that takes it; names with a slash are annotations of the route.
            method: Method of the request; the one that is asked for where it is empty.
            path: Its path; one that is asked for where it is empty.
            headers: Its headers.
            arrives: What the destination sees of it.
            is_answered: Whether the proxy answers itself.
        """
        question = self._asking.asks(
            why,
            (),
            method=method or self.asked.match.method or "GET",
            path=path or self.asked.sample,
            headers=headers,
            says={name: value for name, value in says.items() if "/" not in name},
        )
        annotated = {name: value for name, value in says.items() if "/" in name}
        expected: dict[str, float] | None = {} if is_answered else None
        return replace(question, expected=expected, annotated=annotated, arrives=arrives or {})

    def beside(
        self,
        says: Mapping[str, object],
        *,
        names: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        arrives: Mapping[str, str | None] | None = None,
        is_answered: bool = False,
    ) -> Iterator[RouteQuestion]:
        """Questions about what nobody named: callers of other namespaces get the same, all else stays as it is today.

        Args:
            says: What rules say where they act.
            names: What else of a rule stays as it is today where they do not.
            headers: Headers of a request that the rules are for.
            arrives: What the destination sees of such a request.
            is_answered: Whether the proxy answers such a request itself.
        """
        match, stays = self.asked.match, (*says, *names)
        if match.exact or match.prefix:
            yield self.stays("a path that nobody named", stays, path=_NOBODYS, headers=headers)
            yield self.stays(
                "a path that begins with the same letters", stays, path=f"{self.asked.sample}x", headers=headers
            )
        if match.exact:
            yield self.stays(
                "below an exact path", stays, path=f"{self.asked.sample.rstrip('/')}/below", headers=headers
            )
        if match.method:
            other = next(one for one in _OTHERS if one != match.method)
            yield self.stays("another method", stays, method=other, headers=headers)
        same = self.asks(
            "a caller in another namespace", says, headers=headers, arrives=arrives, is_answered=is_answered
        )
        for one in self._asking.beside((), path=self.asked.sample, headers=headers):
            if isinstance(one, RouteQuestion) and one.why == same.why:
                yield replace(same, source=one.source)
            elif isinstance(one, RouteQuestion):
                yield replace(one, method=same.method, expected=None, stays=stays)

    def stays(
        self,
        why: str,
        names: Iterable[str],
        *,
        method: str = "",
        path: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> RouteQuestion:
        """A question about a request that the rules are not for; what is left out is as in `asks`."""
        return replace(self.asks(why, {}, method=method, path=path, headers=headers), stays=tuple(names))

    @property
    def _asking(self) -> Asking:
        return Asking.about(self.site, fitted(self.asked.subject, self.site))
