"""The base of all parameters: unknown fields are refused, and nothing changes afterwards."""

from pydantic import BaseModel, ConfigDict

__all__ = ["Parameters"]


class Parameters(BaseModel):
    """Parameters of an intent, or a part of them; descriptions of fields are part of the published schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)
