"""Every setting may come from the environment; a secret also from a file."""

from pathlib import Path

import pytest
from pydantic import Field, SecretStr

from contracts.settings import BrokerSettings, beside, load_settings
from contracts.strict import Strict
from contracts.yamlfile import InputErrors


class Example(Strict):
    name: str
    count: int = Field(default=1, ge=1, le=9)
    broker: BrokerSettings = BrokerSettings()
    token: SecretStr | None = None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "example.yaml"
    path.write_text("name: from the file\nbroker:\n  host: 192.0.2.1\n", encoding="utf-8")
    return path


def test_the_environment_overrides_the_file_and_leaves_the_rest(file: Path) -> None:
    settings = load_settings(Example, file, {"VSM_COUNT": "3", "VSM_BROKER__PORT": "8883", "HOME": "/"})
    assert (settings.name, settings.count) == ("from the file", 3)
    assert (settings.broker.host, settings.broker.port) == ("192.0.2.1", 8883)


def test_a_secret_is_read_from_a_file_and_never_shown(file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush\n", encoding="utf-8")
    settings = load_settings(Example, file, {"VSM_TOKEN_FILE": str(secret), "VSM_BROKER__PASSWORD_FILE": str(secret)})
    assert settings.token is not None
    assert settings.token.get_secret_value() == "hush"
    assert "hush" not in repr(settings)


def test_all_mistakes_of_file_and_environment_come_at_once(file: Path) -> None:
    environment = {"VSM_COUNT": "10", "VSM_BROKER__PORT": "0", "VSM_TOKEN_FILE": "/nowhere"}
    with pytest.raises(InputErrors) as found:
        load_settings(Example, file, environment)
    assert {error.key or error.file for error in found.value.errors} == {"VSM_TOKEN_FILE", "count", "broker.port"}


def test_a_wrong_variable_is_named_itself_and_not_the_file(file: Path) -> None:
    with pytest.raises(InputErrors, match=r"^VSM_BROKER__PORT: broker\.port: "):
        load_settings(Example, file, {"VSM_BROKER__PORT": "many"})


def test_variables_of_other_processes_are_left_alone(file: Path) -> None:
    assert load_settings(Example, file, {"VSM_DATA_DIR": "/x", "VSM_SECRET_CAM_01": "a:b"}).count == 1


def test_a_relative_path_starts_at_the_file() -> None:
    assert beside(Path("/etc/vsm/edge.yaml"), Path("village.yaml")) == Path("/etc/vsm/village.yaml")
    assert beside(Path("/etc/vsm/edge.yaml"), Path("/srv/village.yaml")) == Path("/srv/village.yaml")
