"""Slack's Web API methods, scopes and OAuth."""
