"""Reads all objects of one kind, page by page, each without its secrets as soon as it is here.

Paging: Kubernetes API concepts, "Retrieving large results sets in chunks": `limit`, `continue`, and 410 once the state
that the pages are of is gone.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service_mesh.cluster.live.definitions import slimmed
from service_mesh.cluster.live.discovery import Served
from service_mesh.cluster.live.getter import JSON, Answer, Getter, UnansweredError
from service_mesh.cluster.live.replies import mappings, parsed, text_of
from service_mesh.cluster.live.wanted import fields_of, page_of
from service_mesh.cluster.redaction import Redactor
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource

__all__ = ["Listing", "Trouble"]

_GONE = 410
_MOST_PAGES = 10_000
_AGAIN = "try again, or give a snapshot instead"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why not all objects of a kind are here.

    Attributes:
        reason: A clause.
        remedy: What settles it; empty where it follows from the status.
        status: The HTTP status that stands behind it, 0 for none.
    """

    reason: str
    remedy: str = ""
    status: int = 0


@dataclass(slots=True)
class Listing:
    """The objects of one kind; one thread fills it, and any may look at what is there.

    Attributes:
        served: The kind.
        namespace: Where to look if the kind may not be listed in all namespaces; empty for nowhere.
        resources: Objects so far; a list that is only added to, or replaced by an empty one.
        trouble: Why they are not all; None while reading goes on and after it went well.
        is_within: Whether they are those of the namespace alone.
        is_done: Whether reading is over.
        date: When the last page was sent, by the server's clock.
    """

    served: Served
    namespace: str = ""
    resources: list[Resource] = field(default_factory=list)
    trouble: Trouble | None = None
    is_within: bool = False
    is_done: bool = False
    date: datetime | None = None
    _redactor: Redactor = field(default_factory=Redactor, repr=False)  # it knows what it took out

    def read(self, getter: Getter, deadline: float) -> None:
        """Read every page. Whatever happens is in `trouble`; nothing is raised."""
        try:
            self._read(getter, deadline)
        except UnansweredError as error:
            self.trouble = Trouble(error.reason, error.remedy)
        except Exception as error:  # noqa: BLE001  # a defect of ours must not end a thread without a word
            self.trouble = Trouble(f"reading it failed ({type(error).__name__})", "report it")
        self._redactor.forget()
        self.is_done = True

    def _read(self, getter: Getter, deadline: float) -> None:
        path = f"{self.served.root}/{self.served.plural}"
        status = self._pages(getter, path, deadline)
        if status == 403 and self.namespace and self._narrowed():
            self.is_within = True
            status = self._pages(getter, self._narrowed(), deadline)
        if status != 200:
            self.trouble = Trouble(_REASONS.get(status, f"the API server answers with {status}"), status=status)

    def _narrowed(self) -> str:
        """The path within the namespace; empty for kinds of the whole cluster, except the namespace itself."""
        if self.served.kind == NAMESPACE:
            return f"{self.served.root}/namespaces/{self.namespace}"
        if not self.served.is_namespaced:
            return ""
        return f"{self.served.root}/namespaces/{self.namespace}/{self.served.plural}"

    def _pages(self, getter: Getter, path: str, deadline: float) -> int:
        """Read page after page; the status of the last answer. Of a state that is gone, start again once."""
        token, restarts = "", 0
        for _ in range(_MOST_PAGES):
            if time.monotonic() > deadline:
                raise UnansweredError("it was not done within the deadline", "allow more time, or name a namespace")
            answer = getter.get(path, self._query(token), accept=JSON, deadline=deadline)
            if answer.status == _GONE and token and restarts == 0:
                token, restarts, self.resources = "", 1, []
                continue
            if answer.status != 200:
                return answer.status
            token = self._page(answer)
            if not token:
                return 200
        raise UnansweredError("its pages do not end", _AGAIN)

    def _query(self, token: str) -> Mapping[str, str]:
        query = {"limit": str(page_of(self.served.kind))}
        if selected := fields_of(self.served.kind):
            query["fieldSelector"] = selected
        return {**query, "continue": token} if token else query

    def _page(self, answer: Answer) -> str:
        """Take the objects of a page; the token of the next one, empty behind the last."""
        document = parsed(answer.body)
        items = document.get("items") if document is not None else None
        if document is None or not isinstance(items, list | None):
            raise UnansweredError("the answer is cut off or no JSON", _AGAIN)
        self.date = answer.date or self.date
        if "items" not in document:
            self._take(document)  # one object that was asked for by name
            return ""
        for item in mappings(items):
            self._take(item)
        return text_of(document.get("metadata"), "continue")

    def _take(self, item: Mapping[str, object]) -> None:
        # Items of a list do not repeat its type, and cannot have another one.
        data = {"apiVersion": "", "kind": "", **item}
        data |= {"apiVersion": self.served.api_version, "kind": self.served.kind.name}
        if self.served.kind == CUSTOM_RESOURCE_DEFINITION:
            data = slimmed(data)
        self._redactor.forget()
        self.resources.append(Resource(self._redactor.redacted(data), layer=Layer.CONTEXT))


_REASONS = {
    401: "the credentials are refused (401)",
    403: "it may not be listed (403)",
    404: "it is no longer served (404)",
    410: "it changes faster than it can be read (410)",
    429: "the API server is overloaded (429)",
    503: "the server behind it does not answer (503)",
    504: "the server behind it does not answer in time (504)",
}
