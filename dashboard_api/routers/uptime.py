"""Uptime of one camera over a period, for staff."""

from fastapi import APIRouter

router = APIRouter(tags=["uptime"])
