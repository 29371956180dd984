"""How the bot and the fake Slack reach each other."""
