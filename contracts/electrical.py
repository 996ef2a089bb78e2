"""The electrical rules of a site, as far as an inventory can break them (docs/hardware.md)."""

from typing import Any

from contracts.rawtree import DEVICES, Mistakes, each

# Only this much may touch a pin without an isolating part, and only on so short a cable.
PIN_VOLTS = 3.3
INSIDE_M = 1.0
OUTPUTS = ("output", "output_pin", "drive_pin", "relay_pin", "switch_pin", "power_cycle_pin")


def _missing_isolation(data: Any) -> Mistakes:
    for path, device in each(data, *DEVICES):
        if "pin" in device and device.get("isolation") is None:
            yield (
                (*path, "isolation"),
                "an input must say how it is kept apart from foreign voltage: opto, relay, ct, meter, or internal",
            )


def _internal_that_goes_out(data: Any) -> Mistakes:
    for path, device in each(data, *DEVICES):
        if device.get("isolation") != "internal":
            continue
        if device.get("leaves_cabinet", True) is not False:
            yield (
                (*path, "isolation"),
                "internal is for what stays in the cabinet ('leaves_cabinet: false'); else opto, relay, ct or meter",
            )
        cable, volts = device.get("cable_m"), device.get("volts")
        if isinstance(cable, int | float) and cable >= INSIDE_M:
            yield (*path, "cable_m"), f"internal means under {INSIDE_M:g} m of cable, this is {cable:g} m"
        if isinstance(volts, int | float) and volts > PIN_VOLTS:
            yield (*path, "volts"), f"{volts:g} V must not touch a pin; only {PIN_VOLTS:g} V may be internal"


def _unpermitted_output(data: Any) -> Mistakes:
    for path, device in each(data, *DEVICES):
        for key in OUTPUTS:
            if key in device:
                yield (*path, key), f"a {device.get('kind')} is sensed, never switched: no output may reach it"
        control = device.get("control")
        if isinstance(control, dict) and not control.get("permitted_by"):
            yield (
                (*path, "control", "permitted_by"),
                "an output on a light needs the permission of an office, with its date; without it take 'control' out",
            )


def mistakes(data: Any) -> Mistakes:
    """All broken rules."""
    for rule in (_missing_isolation, _internal_that_goes_out, _unpermitted_output):
        yield from rule(data)
