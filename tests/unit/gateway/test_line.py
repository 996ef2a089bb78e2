"""Line protocol: what we write we can read, whatever a node calls its measurements."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry import line

TAGS = {"village": "v", "grid": "g 1", "junction": "j,2", "node": "n=1", "device": "cam-01"}


def test_a_reading_comes_back_as_it_was() -> None:
    text = line.reading(line.series("camera", TAGS), {"fps": 24.9}, "down", 7, 1000)
    assert line.parse(text) == line.Point("camera", TAGS, {"fps": 24.9, "state": 3.0, "n": 7.0}, 1000)


def test_names_that_would_break_a_line_are_left_out() -> None:
    metrics = {"a b": 1.0, "c,d=1": 2.0, "n": 3.0, "x\ny": 4.0, "fps": math.inf, "温度": 5.0, "ok": 6.0}
    text = line.reading("camera,device=a", metrics, "up", 1, 5)
    assert line.parse(text).fields == {"ok": 6.0, "state": 0.0, "n": 1.0}


@given(metrics=st.dictionaries(st.sampled_from(["fps", "null", "a_1", "b c", "n"]), st.floats()))
def test_every_number_comes_back_as_it_was(metrics: dict[str, float]) -> None:
    usable = {name: value for name, value in metrics.items() if line.usable_field(name) and math.isfinite(value)}
    fields = line.parse(line.reading("camera,device=a", metrics, "up", 1, 5)).fields
    assert fields == {**usable, "state": 0.0, "n": 1.0}


@given(text=st.text(max_size=40))
def test_any_text_fits_an_event(text: str) -> None:
    written = line.event("event,device=a", {"code": text}, {"start_ms": 5}, 9)
    assert "\n" not in written
    kept = text.replace("\n", " ").replace("\r", " ")
    assert line.parse(written).fields == {"code": kept, "start_ms": 5.0}


@pytest.mark.parametrize("text", ["", "m", "m f=1", "m f=1 x", "m f= 1", "m =1 1", "m f=true 1", "m,tag f=1 1"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(line.BadLine):
        line.parse(text)
