"""HubSpot and Salesforce by their APIs: what changed there, and fields to write. Knows neither storage nor Slack."""
