"""Every measurement a node may report, by kind of device: its unit and what it means.

They are the fields of the telemetry (docs/telemetry.md is made from this table), so a name once used keeps its meaning.
"""

from typing import NamedTuple

from contracts.codes import Kind


class Metric(NamedTuple):
    """``unit`` as written behind a figure; "" for a plain number, "0/1" for yes and no."""

    unit: str
    what: str


METRICS: dict[Kind, dict[str, Metric]] = {
    "camera": {
        "fps": Metric("1/s", "pictures that arrive a second"),
        "gop": Metric("", "pictures from one key picture to the next"),
        "kbps": Metric("kbit/s", "bit rate of the stream"),
        "luma_p99": Metric("0-255", "grey level that 99 % of the newest key picture are not above"),
        "luma_mean": Metric("0-255", "mean grey level of the newest key picture"),
        "silent_s": Metric("s", "since the last packet"),
        "covered": Metric("", "share of the view that is covered, against the learned view"),
        "sharp": Metric("", "sharpness of the view, of the learned view's"),
        "shift": Metric("", "how far the view has moved, of the picture's width"),
        "turn": Metric("deg", "by how much the view has turned"),
        "noise": Metric("0-255", "noise in grey levels"),
        "cast": Metric("", "change of log(R/G) or log(B/G) on grey surfaces, the greater one"),
        "attention": Metric("0/1", "whether the view has been partly covered for so long that somebody should look"),
        "mode": Metric("", "0 day, 1 night in colour, 2 infrared"),
        "lessons": Metric("", "from how many windows this mode's view was learned"),
        "unrecorded_s": Metric("s", "since the first moment that the recorder has no picture of"),
        "clock_off_s": Metric("s", "the camera's clock less the node's, as last measured"),
        "line_mb": Metric("MB", "what has gone over its paid line in the node's present day of 24 h"),
        "capped_s": Metric("s", "until pictures may be paid for again; 0 while they may"),
    },
    "warning_light": {
        "lit": Metric("0/1", "whether the lamp gave light at the look"),
        "flash_s": Metric("s", "from one lighting up to the next"),
    },
    "charge_point": {
        "connected": Metric("0/1", "whether the pile's connection is open"),
        "rubbish": Metric("", "frames of the pile that were no OCPP, since the node's start"),
    },
    "connector": {
        "power_w": Metric("W", "power that goes into the vehicle, by the pile's own meter"),
    },
    "contact": {
        "closed": Metric("0/1", "whether the loop is closed, which is its good state"),
        "openings": Metric("", "how often it has opened since the node's start"),
    },
    "node": {
        "cpu_c": Metric("°C", "temperature of the processor"),
        "load1": Metric("", "processes that run or want to, mean of one minute"),
        "memory_share": Metric("0-1", "share of the memory that is in use"),
        "disk_share": Metric("0-1", "share of the data partition that is in use"),
        "spool_records": Metric("", "records on the card that the gateway has not confirmed"),
        "uptime_s": Metric("s", "since the computer's start"),
        "undervoltage": Metric("0/1", "whether the supply of the Pi is too low now"),
        "throttled": Metric("0/1", "whether the Pi holds its processor back now, for heat or voltage"),
    },
}
