"""Open the port of a server."""

import socket

from bot.errors import ConfigurationError


def listen(variable: str, host: str, port: int) -> socket.socket:
    """Return a listening socket, or raise ConfigurationError naming the variable that sets the port.

    `::` means every address, IPv4 too where the system can do both with one socket.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    is_dual = host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port), family=family, backlog=64, dualstack_ipv6=is_dual)
    except OSError as error:
        address = f"[{host}]" if ":" in host else host
        raise ConfigurationError(f"{variable}: can't listen on {address}:{port} ({error.strerror}).") from None
