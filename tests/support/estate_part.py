"""What builders of an estate hand over: an object and the file it is written to."""

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Data", "Part", "Place", "built"]

Data = dict[str, object]


class Part(NamedTuple):
    """An object and the path of its file."""

    file: str
    data: Data


@dataclass(frozen=True, slots=True)
class Place:
    """Where the objects of one application go."""

    namespace: str
    app: str

    @property
    def labels(self) -> Data:
        """The labels that every object of the application carries."""
        return {"app": self.app, "app.kubernetes.io/name": self.app, "app.kubernetes.io/part-of": self.namespace}


def built(
    file: str, api_version: str, kind: str, place: Place, body: Data, *, name: str = "", annotations: Data | None = None
) -> Part:
    """An object with the usual metadata.

    Args:
        file: File in the folder of the namespace, without its suffix.
        api_version: As in the object.
        kind: As in the object.
        place: The application it belongs to.
        body: The fields behind `metadata`.
        name: Name of the object, if it is not that of the application.
        annotations: Annotations, if any.
    """
    metadata: Data = {"name": name or place.app, "namespace": place.namespace, "labels": place.labels}
    if annotations:
        metadata["annotations"] = annotations
    head: Data = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
    return Part(f"{place.namespace}/{file}.yaml", {**head, **body})
