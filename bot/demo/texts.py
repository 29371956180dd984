"""Sample texts for titles, notes and partner records."""

LEADS = (
    "Tidewater Bakery", "Oakline Joinery", "Halcyon Dental", "Cinder Ceramics", "Greenway Nurseries", "Pebble & Pine",
    "Drumlin Dairy", "Sable Interiors", "Minster Printing", "Ravelin Outdoor", "Foxglove Vets", "Beacon Plumbing",
    "Mariner Seafoods", "Tamarind Kitchens", "Ivory Street Studio", "Bramble Brewing", "Loomhouse Textiles",
    "Cartwheel Toys", "Northgate Motors", "Silverbirch Care", "Amberline Logistics", "Pocket Orchard", "Dovetail Homes",
    "Slate & Stone Paving", "Windmill Coffee", "Quayside Rooms", "Hazel Optics", "Copperpot Catering",
)  # fmt: skip
EVENTS = {
    "accountants": ("Year-end planning breakfast", "Webinar: selling your firm", "Cash-flow clinic"),
    "solicitors": ("Webinar: contracts that hold", "Shareholder agreements evening", "Succession round table"),
    "IT": ("Cyber basics for owners", "Webinar: leaving spreadsheets", "Systems health check day"),
    "HR": ("Hiring without agencies", "Webinar: pay reviews", "Managers' breakfast"),
    "insurance brokers": ("Key-person risk breakfast", "Webinar: what cover costs", "Claims stories evening"),
}
COLLABORATIONS = ("Article on growth without debt", "Podcast on handing over", "Guide to a first board", "Blog swap")
PROMOTIONS = ("Mention in their newsletter", "Shared mailshot", "Banner for the spring guide")
MEETINGS = (
    ("call", "Caught up on open introductions"), ("coffee", "Coffee, nothing open, good to talk"),
    ("call", "Talked through two clients in common"), ("mail", "Sent the benchmark report"),
    ("lunch", "Lunch with their new partner"), ("meeting", "Planned the next quarter"),
    ("mail", "Shared an article for their clients"), ("call", "Asked how the new office is going"),
)  # fmt: skip
FOR_US = {
    "accountants": "owners who have just seen their numbers and want to change them",
    "solicitors": "first word of owners who are about to sell or buy",
    "IT": "firms that are outgrowing how they work",
    "HR": "growing teams, a year before they need advice",
    "insurance brokers": "a seat at the renewal meeting, once a year with every owner",
}
FOR_CLIENTS = {
    "accountants": "a plan to go with the accounts",
    "solicitors": "advice that is joined up before the deal, not after it",
    "IT": "systems chosen by somebody who knows the business",
    "HR": "people decisions that match the plan",
    "insurance brokers": "cover that fits what the firm will be, not what it was",
}
OUR_ROLE = "brings owners who want to grow, and runs the evenings"
THEIR_ROLE = {
    "accountants": "knows whose numbers changed, and says so first",
    "solicitors": "drafts what we planned, and opens the door to the family",
    "IT": "puts the systems in, and trains whoever is there",
    "HR": "hires and settles in the people that the plan needs",
    "insurance brokers": "covers the risks, and sees every owner once a year",
}
FIT = {"accountants": "a c", "solicitors": "a b", "IT": "b", "HR": "a", "insurance brokers": "b c"}
