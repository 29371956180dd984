"""The subcommands of `tend`. Each imports its dependencies when it runs, which keeps `--help` fast."""
