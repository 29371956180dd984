"""HTTP API for other programs, such as a CRM, a form or an automation tool."""

from bot.web.api.app import api_routes, not_found, wrong_method

__all__ = ["api_routes", "not_found", "wrong_method"]
