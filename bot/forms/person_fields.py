"""The fields of a contact person, shared by their form and the history."""

from collections.abc import Mapping

from bot.forms.inputs import Checkbox, Day, Text
from bot.forms.inputs import Person as Member
from bot.forms.partner_fields import MAX_NAME_LENGTH, MAX_TEXT_LENGTH, Field, FormPage
from storage.contacts.addresses import MAX_ADDRESS_LENGTH

_PAGE = FormPage.WHO  # their form has one page

PERSON_FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("name", "Name", _PAGE, Text(MAX_NAME_LENGTH), "e.g. Jane Doe", required=True),
        Field("role", "Role", _PAGE, Text(MAX_NAME_LENGTH), "e.g. Managing partner"),
        Field("address", "Mail address", _PAGE, Text(MAX_ADDRESS_LENGTH), "e.g. jane@acme.com"),
        Field("slack_id", "In Slack", _PAGE, Member(), "If you share a channel with them"),
        Field("notes", "Notes", _PAGE, Text(MAX_TEXT_LENGTH, several_lines=True), "They can ask to see this"),
        Field("left_on", "Left on", _PAGE, Day(), "If they no longer work there"),
        Field("is_sponsor", "Sponsor", _PAGE, Checkbox("They back the partnership on their side")),
        Field("never_counts", "Contact", _PAGE, Checkbox("Never count contact with them by itself")),
    )
}
