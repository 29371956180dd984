"""What a person does in the fake Slack, and what they then see."""
