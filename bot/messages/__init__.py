"""Results → the text and blocks that people read. Pure: no database, no network, no clock."""
