"""Backups of a gateway: database, settings, keys and certificates in one archive, which is checked as a whole."""

from gateway.backup.make import Wanted, make
from gateway.backup.manifest import BackupError, Manifest
from gateway.backup.restore import restore

__all__ = ["BackupError", "Manifest", "Wanted", "make", "restore"]
