import json
from pathlib import Path

import pytest

from contracts.yamlfile import InputErrors, load_yaml
from gateway.faults import Rules


def read(tmp_path: Path, steps: object) -> Rules:
    file = tmp_path / "rules.yaml"
    file.write_text(f"dispatch:\n  escalate_s: {json.dumps(steps)}\n", encoding="utf-8")
    return load_yaml(file, Rules)


def test_a_rules_file_says_when_a_fault_goes_up(tmp_path: Path) -> None:
    assert read(tmp_path, [45, 135.5, 495]).dispatch.escalate_s == (45, 135.5, 495)


@pytest.mark.parametrize("steps", [[1, 2], [1, 2, 3, 4], ["1", 2, 3], [1, 2, -3], [True, 2, 3], "1", 1])
def test_steps_that_are_no_three_times_are_refused(tmp_path: Path, steps: object) -> None:
    with pytest.raises(InputErrors, match=r"rules\.yaml:2: dispatch\.escalate_s"):
        read(tmp_path, steps)
