"""User actions in the fake Slack and their visible results."""
