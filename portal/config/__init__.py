"""Settings: read once from the environment; every default works on a bare machine."""

from portal.config.errors import SettingsError
from portal.config.esign import Esign
from portal.config.settings import PRODUCTION, ROOT, SANDBOX, Settings

__all__ = ["PRODUCTION", "ROOT", "SANDBOX", "Esign", "Settings", "SettingsError"]
