"""The API for other programs: a CRM, a form, an automation tool."""

from bot.web.api.app import api_routes, not_found

__all__ = ["api_routes", "not_found"]
