"""The running process: logs, metrics, liveness, signals, work in flight."""
