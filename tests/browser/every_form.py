"""The bot's forms, as a person meets them: how each is opened, what goes in, what is refused and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.demo.agenda import calendar_address
from bot.demo.people import ADMIN, ANA

Value = str | tuple[str, ...]
REQUIRED = "Please complete this required field."
AMOUNT = "I could not read the amount"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value (None: nothing chosen) that is refused, with the words at the field; `at` where it is another field.

    `mended` goes in afterwards, where `filled` says nothing of it.
    """

    label: str
    value: Value | None
    told: str
    at: str = ""
    mended: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `opening` is done as in a tour; `told` is what its sender then reads; without `wrong` it takes all."""

    key: str
    opening: tuple[str, ...]
    title: str
    filled: Mapping[str, Value]
    wrong: Wrong | None
    submit: str
    told: str
    user: str = ANA


EVERY_FORM = (
    Form(
        "meetings", ("/tend calendar", "press Count my meetings"), "Count my meetings",
        {"Secret address of your calendar": calendar_address(ANA),
         "Your mail address there": "ana@fairweather.example"},
        Wrong("Secret address of your calendar", "my calendar", "which begins with https://",
              mended=calendar_address(ANA)),
        "Count them", "Your meetings with partners count from now on",
    ),
    Form(
        "referral", ("/referral",), "Record a referral",
        {"Partner": "Acme Legal", "Which way?": "We sent it to them", "Who was referred?": "Tidewater Ltd",
         "Where does it stand?": "Met", "On": "2026-11-24", "What kind?": "To a customer"},
        Wrong("Worth", "lots", AMOUNT), "Record", "Recorded: referral to Acme Legal · Tidewater Ltd · met · yesterday",
    ),
    Form(
        "event", ("/event",), "Record an event",
        {"Partner": "Brindle Moss Law", "What was it?": "Breakfast", "Who did it?": "They did it for us",
         "On": "2026-11-20"},
        Wrong("What was it?", "   ", "Say what it was."), "Record", "Brindle Moss Law · Breakfast · 20 Nov",
    ),
    Form(
        "touch", ("/partner show Acme Legal", "press Log a touch"), "Log a touch",
        {"What was it?": "Collaboration", "What was it about?": "An article", "Who did it?": "We did it for them"},
        Wrong("By", "2026-12-01", "Say what you promised by that day.", at="What did you promise?"),
        "Record", "Recorded: collaboration to Acme Legal · An article",
    ),
    Form(
        "trust", ("/partner show Acme Legal", "press Rate trust"), "Rate trust",
        {"Whose trust?": "They trust us", "How much?": "4 strong", "Why?": "They said so"},
        Wrong("How much?", None, REQUIRED), "Record", "the trust Acme Legal has in us is 4 of 5",
    ),
    Form(
        "edit_entry", ("/touch Brindle Moss Law lunch about hiring", "press Edit"), "Edit a record",
        {"What was it?": "Collaboration", "Which way?": "We for them", "Lead, title or note": "Hiring together",
         "What else?": "They pay", "How?": "lunch", "On": "2026-11-23"},
        Wrong("How many?", "none", "Enter a whole number from 1 to", mended="2"), "Save", "Changed: ",
    ),
    Form(
        "edit_rating", ("/trust Brindle Moss Law us 3", "press Edit"), "Edit a rating",
        {"Whose trust?": "They trust us", "How much?": "4 strong", "Why?": "They said so"},
        Wrong("On", "1969-01-01", "Choose a day between 1970", mended="2026-11-23"), "Save", "Changed: ",
    ),
    Form(
        "edit_promise", ("/touch Brindle Moss Law lunch next: send the deck", "press Edit promise"), "Edit a promise",
        {"Whose promise?": "They promised it", "By": "2026-12-01"},
        Wrong("What was promised?", "   ", "Say what was promised.", mended="send the slides"), "Save", "Changed: ",
    ),
    Form(
        "check_in", ("/partner due", "press Copy a message"), "A short message", {"Message": "Hello, how are you?"},
        None, "I sent it: log a mail", "A short check-in",
    ),
    Form(
        "partner_add", ("/partner add",), "Add a partner",
        {"Name": "Zenith Tax", "Owner": "Ben Okafor", "Vertical": "accountants",
         "Partner since": "2026-10-01", "When did you last speak?": "2026-11-20"},
        Wrong("Name", "Acme Legal", "Acme Legal is already a partner."), "Add", "Zenith Tax was added.",
    ),
    Form(
        "partner_edit", ("/partner show Acme Legal", "choose Edit: Who they are"), "Who they are",
        {"Other names": "Acme LLP", "What are they to us?": "Both", "Which stakeholder group?": "Suppliers",
         "Speak at least every … days": "14"},
        Wrong("Name", "Kestrel Cloud", "Kestrel Cloud is already a partner.", mended="Acme Legal"), "Save",
        "Acme Legal was saved: ",
    ),
    Form(
        "partner_edit", ("/partner show Acme Legal", "choose Edit: Why we work together"), "Why we work together",
        {"What's in it for us?": "Bread", "What's in it for them?": "A second pair of eyes",
         "And for their customers?": "Cake", "How do our customers benefit?": "Advice",
         "How do you fit together?": ("More compelling together than alone",),
         "A warning sign": ("We compete for the same customers' budget",), "Where do our interests overlap?": "Some",
         "Where is the boundary?": "Cakes", "Next boundary review": "2027-01-04"},
        Wrong("What's in it for them?", "10% commission", "alone is no reason to be a partner"),
        "Save", "Acme Legal was saved: ",
    ),
    Form(
        "partner_edit", ("/partner show Acme Legal", "choose Edit: On what terms"), "On what terms",
        {"How are they paid?": "Retainer and success fee", "Retainer a month": "£500", "Success fee, a sum": "2k",
         "Success fee or commission, in %": "7.5", "Would they work on outcomes?": "Willing",
         "What outcome do we want?": "Three clients", "By when?": "2027-06-30", "What do we do?": "Host",
         "What do they do?": "Bring owners"},
        Wrong("Success fee or commission, in %", "110", "is not a percentage"), "Save", "Acme Legal was saved: ",
    ),
    Form(
        "partner_edit", ("/partner show Acme Legal", "choose Edit: More"), "More",
        {"Industry": ("They are outside our own industry",), "Customers we can introduce": "10",
         "Where is that written down?": "https://example.com/agreement", "Our sponsor": "Ana Ruiz",
         "How open are you with each other?": "4", "If we lost them?": "Two more by spring"},
        Wrong("How open are you with each other?", "9", "a whole number from 1 to 5"), "Save",
        "Acme Legal was saved: ",
    ),
    Form(
        "won", ("/referral from Acme Legal Ebb Ltd", "choose Update outcome…: Won"), "Won!", {},
        Wrong("What is it worth?", "lots", AMOUNT), "Record", "Ebb Ltd · won",
    ),
    Form(
        "settings", ("/tend settings", "press Change"), "The team's settings",
        {"Time zone": "Europe/Dublin", "Weekly digest channel": "# partnerships", "Digest day": "Tuesday",
         "Digest hour": "10", "What an hour of our time costs": "80",
         "Stewards": ("Chloe Lindqvist", "Ben Okafor")},
        Wrong("Time zone", "Mars/Base", "Mars/Base"), "Save", "Time zone: Europe/Dublin", user=ADMIN,
    ),
    Form(
        "cost", ("/partner cost",), "What it cost us",
        {"Partner": "Acme Legal", "What did it cost?": "2h", "What was it for?": "The fair", "On": "2026-11-19"},
        Wrong("What did it cost?", "much", "Hours look like 2h or 45 min."), "Record",
        "Recorded: 2 h for Acme Legal · The fair",
    ),
    Form(
        "terms", ("/partner what-if terms Acme Legal",), "What would it pay?",
        {"Hours the work takes": "40", "Their hourly rate": "80", "Retainer a month": "£500",
         "For how many months?": "6", "Success fee or commission, in %": "10",
         "What is success worth to us?": "£20,000"},
        Wrong("Hours the work takes", "a few", "a whole number from 1 to 100,000"), "Calculate",
        "Terms with Acme Legal",
    ),
    Form(
        "what_if", ("/partner what-if",), "What if…",
        {"Partner": "Acme Legal", "Target band": "Strong", "On": "2026-12-01"},
        Wrong("On", "2020-01-01", "Choose a day from today up to a year ahead"), "Calculate",
        "Acme Legal: what if…",
    ),
    Form(
        "link_channel", ("/partner link Acme Legal",), "Link a channel", {"Which channel?": "# acme-shared"},
        Wrong("Which channel?", None, REQUIRED), "Link and announce", "now count as contact with Acme Legal",
    ),
    Form(
        "ask_view", ("/partner show Acme Legal", "press Ask for their view"), "Ask for their view",
        {"Who is it for?": "Jane Doe"}, Wrong("Who is it for?", None, REQUIRED), "Make the link",
        "A private link for Jane Doe of Acme Legal",
    ),
    Form(
        "review_hold", ("/partner review Acme Legal", "press Hold the review"), "Hold the review",
        {"What has it delivered?": "Two leads", "Strengths": "Reach", "How do our customers benefit?": "Advice",
         "How open are you with each other?": "4 open", "The next step you promised": "Send the deck",
         "Due": "2026-12-01", "Next review": "2027-02-24"},
        Wrong("Due", "2026-11-01", "Choose a future date"), "Save",
        "Saved the review of Acme Legal.",
    ),
    Form(
        "person_add", ("/partner people Acme Legal", "press Add a person"), "Add a person",
        {"Name": "Zoe Hart", "Role": "Finance director", "Notes": "Prefers mornings"},
        Wrong("Mail address", "zoe", "is not a mail address", mended="zoe@acme.example"), "Add", "Added Zoe Hart",
    ),
    Form(
        "person_edit", ("/partner people Acme Legal", "choose Change: Edit"), "Edit a person",
        {"Role": "Senior partner"},
        Wrong("Left on", "2030-01-01", "That day is still to come.", mended="2026-11-20"), "Save", "Saved ",
    ),
    Form(
        "matter_note", ("/partner issue Acme Legal",), "Add an issue",
        {"What is the issue?": "Their invoices come late"},
        Wrong("What is the issue?", "", REQUIRED), "Record", "Their invoices come late",
    ),
    Form(
        "matter_note", ("/partner review Acme Legal", "press Add an idea"), "Add an idea",
        {"What could you do together?": "A breakfast for owners"},
        Wrong("What could you do together?", " ", "Say"), "Record", "A breakfast for owners",
    ),
    Form(
        "issue_resolve", ("/partner issue Kestrel Cloud Slow answers", "press Resolved"), "Resolved",
        {"How was it resolved?": "They now answer within a day"},
        Wrong("How was it resolved?", " ", "Say"), "Record", "They now answer within a day",
    ),
    Form(
        "vertical_name", ("/partner verticals", "press Add a vertical"), "Add a vertical",
        {"Which line of business?": "bakers"},
        Wrong("Which line of business?", "  ", "A vertical needs a name."), "Save", "bakers",
    ),
    Form(
        "vertical_cadence", ("/partner verticals", "choose Set a cadence for…: solicitors"), "Cadence of a vertical",
        {"Speak at least every … days": "60"},
        Wrong("Speak at least every … days", "0", "a whole number from 1 to 730"), "Save", "60 days",
    ),
    Form(
        "partner_cadence", ("/partner served", "press Speak less often"), "Speak less often",
        {"Speak at least every … days": "90"},
        Wrong("Speak at least every … days", "now", "a whole number from 1 to 730"), "Save",
        "now has a cadence of 90 days.",
    ),
    Form(
        "prospect_add", ("/partner stakeholders", "press Add a prospect"), "Add a prospect",
        {"Name": "Harbour Bank", "Vertical": "lenders", "Owner": "Ana Ruiz",
         "Which stakeholder group?": "Creditors"},
        Wrong("Name", "Acme Legal", "Acme Legal is already a partner."), "Add",
        "Harbour Bank is a prospect.",
    ),
    Form(
        "plan_step", ("/partner candidates", "press Plan a step"), "Plan a step",
        {"What will you do?": "Bring two customers to lunch", "By when?": "2026-12-15"},
        Wrong("By when?", "", REQUIRED), "Save", "has a next step: Bring two customers to lunch",
    ),
    Form(
        "risk_plan", ("/partner concentration", "press Change the plan"), "The plan",
        {"What would we do without them?": "Two more accountants by spring"},
        Wrong("What would we do without them?", " ", "Say what we would do."), "Save",
        "now has a plan in case we lose them.",
    ),
)  # fmt: skip
# Only asked for while there is no partner yet.
AT_FIRST = Form(
    "name_partners",
    ("press Name your partners",),
    "Name your partners",
    {"Your partners, one per line": "Acme Legal\nBirch & Co"},
    Wrong("When did you last speak?", "2026-12-24", "That day is in the future."),
    "Add them",
    "Added, with you as the owner: Acme Legal, Birch & Co.",
    user=ADMIN,
)
