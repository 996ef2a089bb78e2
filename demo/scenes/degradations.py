"""All degradations by name."""

from demo.scenes.covers import COVERS
from demo.scenes.mount import MOUNT
from demo.scenes.optics import OPTICS
from demo.scenes.sensor import SENSOR
from demo.scenes.spoil import Degradation

DEGRADATIONS: dict[str, Degradation] = {one.name: one for one in (*COVERS, *OPTICS, *SENSOR, *MOUNT)}
