"""The base of every model that is read from a file; apart from the reader, so that pure rooms can use it."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Base of everything read from a file: unknown keys are refused, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
