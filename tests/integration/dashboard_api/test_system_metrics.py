"""The system's own figures for Prometheus are those of the health page."""

import pytest
from fastapi.testclient import TestClient

from gateway.store import Bad, Batch, LostRange
from tests.integration.dashboard_api.conftest import CARD, Town
from tests.integration.dashboard_api.test_metrics import figures
from tests.integration.dashboard_api.test_system import MB, well


@pytest.fixture
def healthy(still_town: Town) -> Town:
    well(still_town)
    return still_town


def test_what_the_page_shows_is_exported(healthy: Town, staff: TestClient) -> None:
    now = healthy.now_ms()
    lost, bad = [LostRange("n-01", CARD, 5, 9, now)], [Bad("malformed", "n-01", 7, "{")]
    healthy.store.record(Batch(now, lost=lost, bad=bad))
    found = figures(staff)
    assert found["vsm_node_spool_records", ("n-02",)] == 3
    assert found["vsm_node_month_bytes", ("n-02",)] == 3 * MB
    assert found["vsm_lost_records", ()] == 5
    assert found["vsm_refused_inputs", ("n-01", "malformed")] == 7
    assert found["vsm_certificate_days", ("gateway",)] == pytest.approx(400, abs=0.01)
    assert found["vsm_disk_free_bytes", ()] == 60_000 * MB
    assert found["vsm_gateway_told_age_seconds", ()] == 5
    assert found["vsm_backup_age_seconds", ()] == pytest.approx(9 * 3600, abs=10)


def test_what_is_not_known_has_no_sample(still_town: Town, staff: TestClient) -> None:
    still_town.all_well()
    found = figures(staff)
    assert not [
        key for key in found if key[0] in {"vsm_disk_free_bytes", "vsm_node_month_bytes", "vsm_certificate_days"}
    ]
    assert found["vsm_lost_records", ()] == 0
