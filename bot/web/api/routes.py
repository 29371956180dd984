"""Everything that can be asked: the one list of which the addresses and the OpenAPI document are made."""

from bot.web.api import models, reads, writes
from bot.web.api.types import Operation

PREFIX = "/api/v1"
DOCUMENT = f"{PREFIX}/openapi.json"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/activities",
        "Activities, the last recorded first",
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
    Operation("GET", "/activities", "One activity", reads.show_activity, gives=models.Activity, named="id"),
    Operation(
        "DELETE",
        "/activities",
        "Take back an activity that this integration recorded; the row stays, voided",
        writes.void_activity,
        status=204,
        named="id",
    ),
    Operation(
        "POST",
        "/trust",
        "Record how far one side trusts the other",
        writes.record_trust,
        status=201,
        gives=models.Rating,
        body=models.NewTrust,
    ),
    Operation(
        "GET",
        "/partners",
        "Partners",
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
        "One partner with its score of today, by its id or a name that it goes by",
        reads.show_partner,
        gives=models.ScoredPartner,
        named="partner",
    ),
    Operation(
        "GET",
        "/scores",
        "Every partner's numbers on a day",
        reads.list_scores,
        gives=models.ScorePage,
        query=models.ScoresQuery,
    ),
    Operation(
        "GET",
        "/forecast",
        "Every day on which an RVI changes with nothing new, and why",
        reads.show_forecast,
        gives=models.ForecastPage,
        query=models.ForecastQuery,
    ),
)
