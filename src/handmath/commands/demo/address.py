"""Where the demo is served: checked before Gradio is imported, which takes seconds."""

import errno
import ipaddress
import socket

from handmath.base.errors import InputError

ALL = "0.0.0.0"  # noqa: S104  # every address of this machine, if somebody asks for it
NOWHERE = "192.0.2.1"  # RFC 5737: nobody's, so that a route to it is the usual one


def check(host: str, port: int) -> None:
    """Try to bind a port of this machine.

    Raises:
        InputError: the address is not this machine's, or the port is taken or not this user's.
    """
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        raise InputError(
            f"--host {host} is no IPv4 address; give one of this machine, or {ALL} for all of them"
        ) from None
    try:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
            trial.bind((host, port))
    except PermissionError:
        raise InputError(f"you may not use port {port}; choose one from 1024 with --port") from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise InputError(
                f"--host {host} is no address of this machine; give one, or {ALL} for all of them"
            ) from None
        why = "is taken" if error.errno == errno.EADDRINUSE else f"can't be used ({error.strerror})"
        raise InputError(f"port {port} {why}; choose another with --port") from None


def local(host: str) -> bool:
    """Whether only this machine reaches an address."""
    return ipaddress.IPv4Address(host).is_loopback


def names(host: str) -> set[str]:
    """What this machine is called where an address is reached from, in lower case."""
    if local(host):
        return {"localhost"}
    own = socket.gethostname().lower()
    return {"localhost", own, f"{own}.local", socket.getfqdn().lower()}


def usual_address() -> str:
    """This machine's address in the network that it reaches others by, else its name."""
    with socket.socket(type=socket.SOCK_DGRAM) as route:
        try:
            route.connect((NOWHERE, 9))  # of a datagram's socket: nothing is sent
        except OSError:
            return socket.gethostname()
        address: str = route.getsockname()[0]
        return address


def warning(host: str) -> str:
    """What serving to a network opens."""
    where = "this machine's networks" if host == ALL else f"the network of {host}"
    return (
        f"warning: everyone on {where} can open the page and have pictures read by this machine. "
        "There is no password, and pictures travel unencrypted. "
        "Do this only in a network that you trust, and end it when you are done."
    )
