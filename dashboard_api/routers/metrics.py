"""Figures for Prometheus; who may read them is a setting."""

from ipaddress import ip_address

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from dashboard_api.auth.people import CHALLENGE, SECURITY, Person, visitor
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.metrics import Metrics
from dashboard_api.problems import Problem, Responses, responses

router = APIRouter(tags=["operation"], dependencies=SECURITY)
FORWARDED = ("forwarded", "x-forwarded-for", "via")
TEXT: Responses = {
    200: {
        "description": "figures in Prometheus' text format",
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": "# HELP vsm_devices devices by what they do now\n# TYPE vsm_devices gauge\n"
                'vsm_devices{kind="camera",state="up"} 3.0\n',
            }
        },
    }
}


def reader(request: Request, desk: DeskDep) -> None:
    """Refuse who may not read them; raises :class:`Problem` 401, 403 or 404."""
    how = desk.settings.metrics
    if how == "off":
        raise Problem(404, "metrics are switched off (the setting `metrics`)")
    person = visitor(request, desk)
    if how == "open" or _may(person) or (how == "auto" and _local(request, desk)):
        return
    if person is None:
        raise Problem(401, "metrics take a bearer token (the setting `metrics`)", headers=CHALLENGE)
    raise Problem(403, f"role '{person.role}' may not do this", reason="role")


def _may(person: Person | None) -> bool:
    return person is not None and person.may("look")


def _local(request: Request, desk: Desk) -> bool:
    """From this computer itself. With a public address something else on it hands on what comes from outside."""
    if desk.settings.public_url or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses=TEXT | responses(401, 403, 404),
    dependencies=[Depends(reader)],
)
def metrics(request: Request, desk: DeskDep) -> Response:
    """Devices, faults, letters and telemetry of the village, and this process' own requests. Who may read them is said
    by the setting `metrics`.
    """
    held = request.app.state.metrics
    assert isinstance(held, Metrics)  # noqa: S101  # narrows Starlette's Any for mypy
    return Response(held.text(desk), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
