"""What the API answers of month reports and statements. Times are ISO 8601 with offset."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.states import State
from dashboard_api.models import Text

HASH = "94fc3a371482498da7bba602084e6e35e1c7aa6b290f8910ea48bf0297740563"
ExampleMonth = "2026-10"
BEGIN, END = "2026-10-01T00:00:00+08:00", "2026-11-01T00:00:00+08:00"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ReportFile(_Model):
    """A file that is kept in the archive; it never changes."""

    name: str = Field(examples=["example-2026-10-r1.zh.pdf"])
    lang: Literal["zh", "en"]
    format: Literal["csv", "xlsx", "pdf"]
    bytes: int = Field(examples=[330_010])
    sha256: str = Field(description="of the file", examples=[HASH])


class Revision(_Model):
    """One revision of a frozen month."""

    revision: int = Field(examples=[1])
    frozen: str = Field(examples=["2026-11-05T00:00:00+08:00"])
    hash: str = Field(description="SHA-256 of the figures; `python -m gateway months` prints it too", examples=[HASH])
    files: list[ReportFile] = Field(description="of the whole village; none right after it froze")


class MonthEntry(_Model):
    """A month of the list."""

    month: str = Field(examples=[ExampleMonth])
    from_: str = Field(alias="from", examples=[BEGIN])
    to: str = Field(examples=[END])
    provisional: bool = Field(description="no revision is frozen: the figures are computed when they are asked for")
    revisions: list[Revision] = Field(description="oldest first")


class Months(_Model):
    """Every month of which something is stored."""

    items: list[MonthEntry] = Field(description="newest first")


class Bounds(_Model):
    """What can be said when too little is known."""

    strict: float = Field(examples=[96.369])
    upper: float = Field(examples=[99.162])


class Figures(_Model):
    """Seconds by class and what follows from them; percentages null where nothing can be divided."""

    S: int = Field(description="seconds in service: U + D + K", examples=[2_678_400])
    U: int = Field(description="seconds up, degraded included", examples=[2_656_800])
    D: int = Field(description="seconds down, confirmed", examples=[21_600])
    K: int = Field(description="seconds of which nothing is known", examples=[0])
    M: int = Field(description="seconds of planned maintenance", examples=[0])
    O: int = Field(description="seconds out of service", examples=[0])  # noqa: E741  # the letter of the definition
    degraded: int = Field(description="seconds degraded; they are part of U", examples=[0])
    weather: int = Field(description="seconds in which weather hid the picture; they are part of U", examples=[0])
    mains: int = Field(description="the part of D in which the mains were away", examples=[7200])
    known: float | None = Field(description="U / (U + D), percent", examples=[99.194])
    known_without_mains: float | None = Field(description="`known` without the time of mains loss", examples=[99.461])
    strict: float | None = Field(description="U / S, percent", examples=[99.194])
    upper: float | None = Field(description="(U + K) / S, percent", examples=[99.194])
    coverage: float | None = Field(description="(U + D) / S, percent", examples=[100.0])
    headline: float | None = Field(
        description="`known` if coverage is at least 95 %, else null: too little data", examples=[99.194]
    )
    between: Bounds | None = Field(default=None, description="instead of a headline, when too little is known")
    down_by: dict[str, int] = Field(description="D by code, seconds", examples=[{"frozen": 14_400, "mains": 7200}])
    unknown_by: dict[str, int] = Field(description="K by cause, seconds", examples=[{}])
    degraded_by: dict[str, int] = Field(description="degraded by code, seconds", examples=[{}])


class Late(_Model):
    """Maintenance that was approved at its beginning or after; it counts for nothing."""

    target: str = Field(examples=["j-02"])
    from_: str = Field(alias="from", examples=[BEGIN])
    approved: str = Field(examples=[BEGIN])


class Pace(_Model):
    """How long something took, seconds; null if it never happened."""

    count: int = Field(examples=[3])
    mean_s: int | None = Field(examples=[420])
    most_s: int | None = Field(examples=[900])


class Response(_Model):
    """Faults that began in the month, from their first bad look on."""

    faults: int = Field(examples=[3])
    acknowledged: Pace
    recovered: Pace


class CameraMonth(Figures):
    """One camera's month."""

    camera: str = Field(examples=["cam-01"])
    name: Text
    junction: str = Field(examples=["j-01"])
    code: str | None = Field(description="GB/T 28181", examples=["34180200001320000001"])
    blips: int = Field(description="seconds that looked bad and were never confirmed; part of U", examples=[0])
    intact: float | None = Field(description="% of the time in service without an open fault", examples=[99.2])
    response: Response
    late: list[Late]


class Month(_Model):
    """A month report."""

    village: str = Field(examples=["example"])
    month: str = Field(examples=[ExampleMonth])
    from_: str = Field(alias="from", examples=[BEGIN])
    to: str = Field(description="until when it is counted", examples=[END])
    provisional: bool = Field(description="not frozen: the figures may change without a new revision")
    revision: int | None = Field(examples=[1])
    frozen: str | None = Field(examples=["2026-11-05T00:00:00+08:00"])
    hash: str | None = Field(description="of the whole revision", examples=[HASH])
    part: bool = Field(description="only the cameras of the reader's area")
    fleet: float | None = Field(description="sum U / sum (U + D), percent", examples=[98.72])
    total: Figures
    intact: float | None = Field(description="完好率 weighted by time, percent", examples=[98.66])
    intact_end: float | None = Field(description="完好率 at the last moment, percent", examples=[95.0])
    response: Response
    late: list[Late]
    cameras: list[CameraMonth]


class Change(_Model):
    """A figure that differs between two revisions; null where it was or is not there."""

    camera: str = Field(examples=["cam-01"])
    field: str = Field(description="`down_by.frozen` is of a list by code", examples=["D"])
    before: str | int | float | None = Field(examples=[0])
    after: str | int | float | None = Field(examples=[7200])


class Changes(_Model):
    """What changed between two revisions of a month, as far as the reader's area goes."""

    month: str = Field(examples=[ExampleMonth])
    before: int = Field(examples=[1])
    after: int = Field(examples=[2])
    items: list[Change]


class PdfJob(_Model):
    """A PDF that is being made."""

    id: str = Field(examples=["0f343b0931126a20f133d67c2b018a3b"])
    state: Literal["waiting", "drawing", "done", "failed"]
    step: str = Field(description="what is being done, for people", examples=["Step 5 - Creating layout - Page 12"])
    error: str | None = Field(default=None, description="why it failed")
    file: str | None = Field(
        default=None, description="where it is, once it is done", examples=["/api/v1/report-jobs/0f34…/file"]
    )


class StatementLine(_Model):
    """One stretch; `to` is not part of it."""

    from_: str = Field(alias="from", examples=["2026-10-12T21:15:00+08:00"])
    to: str = Field(examples=["2026-10-12T21:40:00+08:00"])
    seconds: int = Field(examples=[1500])
    class_: Literal["up", "down", "unknown", "planned", "out_of_service"] = Field(alias="class")
    state: State = Field(description="what was seen, whatever it counts as")
    code: str | None = Field(examples=["frozen"])
    cause: str | None = Field(examples=[None])
    recording: Literal["missing", "not_known", "no_gap_reported"]


class StatementMonth(_Model):
    """A month that the window lies in; null: no frozen revision."""

    month: str = Field(examples=[ExampleMonth])
    revision: int | None = Field(examples=[1])
    hash: str | None = Field(examples=[HASH])


class Measured(_Model):
    """A camera's clock was so many milliseconds ahead of its node's; below 0 it was slow."""

    at: str = Field(examples=["2026-10-12T18:02:11+08:00"])
    error_ms: int = Field(examples=[2400])


class StatementClock(_Model):
    """Clocks, as far as they are known. Stretches are `[from, to]`, `to` null = still."""

    measured: list[Measured] = Field(
        description="what was known of the camera's clock when the window began, at most a day old, and each other "
        "error measured in it; empty = not measured"
    )
    camera_off: list[list[str | None]] = Field(description="it was reported as more than a minute off")
    ours_off: list[list[str | None]] = Field(description="the gateway's own clock was out of step")


class StatementBody(_Model):
    """What the hash covers: with sorted keys and without spaces as UTF-8 these are its bytes."""

    village: str = Field(examples=["example"])
    device: str = Field(examples=["cam-01"])
    kind: Literal["camera", "warning_light", "charge_point", "connector", "contact"]
    name: Text
    code: str | None = Field(description="GB/T 28181", examples=["34180200001320000001"])
    from_: str = Field(alias="from", examples=["2026-10-12T21:15:00+08:00"])
    to: str = Field(description="where it ends: the future is left out", examples=["2026-10-12T21:40:00+08:00"])
    first: str | None = Field(description="its first record; what lies before is unknown", examples=[BEGIN])
    S: int = Field(examples=[1500])
    U: int = Field(examples=[900])
    D: int = Field(examples=[600])
    K: int = Field(examples=[0])
    M: int = Field(examples=[0])
    O: int = Field(examples=[0])  # noqa: E741  # the letter of the definition
    degraded: int = Field(examples=[0])
    weather: int = Field(examples=[0])
    known: float | None = Field(examples=[60.0])
    known_without_mains: float | None = Field(examples=[60.0])
    strict: float | None = Field(examples=[60.0])
    upper: float | None = Field(examples=[60.0])
    coverage: float | None = Field(examples=[100.0])
    down_by: dict[str, int] = Field(examples=[{"frozen": 600}])
    unknown_by: dict[str, int] = Field(examples=[{}])
    degraded_by: dict[str, int] = Field(examples=[{}])
    late: list[tuple[str, str, str]] = Field(description="target, begin and approval of each", examples=[[]])
    clock: StatementClock
    months: list[StatementMonth] = Field(description="one more at each cut between months")
    lines: list[StatementLine] = Field(description="every second once, in order")


class Statement(_Model):
    """A statement; saved as it is, `python -m gateway statement --verify FILE` checks it."""

    statement: StatementBody
    hash: str = Field(description="SHA-256 of `statement`", examples=[HASH])
    drawn: str = Field(examples=["2026-11-10T09:00:00+08:00"])
    by: str = Field(examples=["police-1"])
