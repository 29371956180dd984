"""All operations. The routes and the OpenAPI document are built from this list."""

from bot.web.api import models, reads, writes
from bot.web.api.types import Operation

PREFIX = "/api/v1"
DOCUMENT = f"{PREFIX}/openapi.json"
REFERENCE = "/api/docs"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/activities",
        "List activities, last recorded first",
        reads.list_activities,
        gives=models.ActivityPage,
        query=models.ActivitiesQuery,
    ),
    Operation(
        "POST",
        "/activities",
        "Record an activity",
        writes.record_activity,
        status=201,
        gives=models.RecordedActivity,
        body=models.NewActivity,
        at="/activities",
    ),
    Operation("GET", "/activities", "Get an activity", reads.show_activity, gives=models.Activity, named="id"),
    Operation(
        "DELETE",
        "/activities",
        "Undo an activity that this integration recorded; the row stays, voided",
        writes.void_activity,
        status=204,
        named="id",
    ),
    Operation(
        "POST",
        "/trust",
        "Record a trust rating",
        writes.record_trust,
        status=201,
        gives=models.Rating,
        body=models.NewTrust,
    ),
    Operation(
        "GET",
        "/partners",
        "List partners",
        reads.list_partners,
        gives=models.PartnerPage,
        query=models.PartnersQuery,
    ),
    Operation(
        "POST",
        "/partners",
        "Add a partner",
        writes.add_partner,
        status=201,
        gives=models.Partner,
        body=models.NewPartner,
        at="/partners",
    ),
    Operation(
        "GET",
        "/partners",
        "Get a partner with its score as of today, by id or by any of its names",
        reads.show_partner,
        gives=models.ScoredPartner,
        needs_scores=True,
        named="partner",
    ),
    Operation(
        "GET",
        "/scores",
        "List every partner's score on a day",
        reads.list_scores,
        gives=models.ScorePage,
        needs_scores=True,
        query=models.ScoresQuery,
    ),
    Operation(
        "GET",
        "/forecast",
        "List each day on which an RVI changes if nothing new is recorded, and why",
        reads.show_forecast,
        gives=models.ForecastPage,
        needs_scores=True,
        query=models.ForecastQuery,
    ),
)

OPERATION_OF = {operation.does: operation for operation in OPERATIONS}
"""The operation that each handler carries out."""
