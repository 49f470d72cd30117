"""What the demo's server lets through: its own page's requests, small enough, of the right form.

Any website may send requests to an address of this machine, or name it in its own DNS. Neither
reaches the demo: a foreign `Origin` and any other `Host` are refused, and no other page may frame
it.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

LARGEST_BODY = 28 << 20  # bytes: a file of 20 MB in base64
EVENTS = "/gradio_api/queue/join"  # what the page posts to, and nothing else
HEADERS = (
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
)
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Guard:
    """ASGI middleware round the demo's app.

    Args:
        app: what it guards.
        port: of the server, which `Host` and `Origin` must name.
        events: how many the page has, numbered from 0.
        names: of this machine, in lower case. It is also reached by the address that a connection
            came in at, whichever of its own that is.
    """

    def __init__(self, app: App, port: int, events: int, names: set[str]) -> None:
        self.app = app
        self.port = port
        self.events = range(events)
        self.names = names

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or let the app answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page opens no other connection
            await send({"type": "websocket.close"})
            return

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        status = self._check(scope)
        body = b""
        if status is None and scope["method"] == "POST":
            body = await _read(receive)
            status = _check_event(body, self.events)
        if status is not None:
            await _refuse(status, framed)
            return
        given = scope["method"] != "POST"

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, framed)

    def _check(self, scope: Message) -> HTTPStatus | None:
        values: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            values.setdefault(name.lower(), []).append(value.decode("latin-1").lower())
        hosts = {f"{name}:{self.port}" for name in {scope["server"][0], *self.names}}
        if len(values.get(b"host", [])) != 1 or values[b"host"][0] not in hosts:
            return HTTPStatus.MISDIRECTED_REQUEST
        if any(origin != f"http://{values[b'host'][0]}" for origin in values.get(b"origin", [])):
            return HTTPStatus.FORBIDDEN
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return HTTPStatus.METHOD_NOT_ALLOWED
        if scope["method"] == "POST" and scope["path"] != EVENTS:
            return HTTPStatus.NOT_FOUND
        if any(not n.isdigit() or int(n) > LARGEST_BODY for n in values.get(b"content-length", [])):
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return None


async def _read(receive: Receive) -> bytes:
    """A body, or the part of it that already is too large."""
    body = bytearray()
    while len(body) <= LARGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(body)


def _check_event(body: bytes, events: range) -> HTTPStatus | None:
    """An event has a number and a session; its data are one text, see `page.Asked`."""
    if len(body) > LARGEST_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return HTTPStatus.BAD_REQUEST
    right = (
        isinstance(event, dict)
        and type(event.get("fn_index")) is int
        and event["fn_index"] in events
        and isinstance(event.get("session_hash"), str)
        and isinstance(event.get("data"), list)
        and len(event["data"]) == 1
        and isinstance(event["data"][0], str | None)
        and isinstance(event.get("event_data"), dict | None)
        and isinstance(event.get("trigger_id"), int | None)
    )
    return None if right else HTTPStatus.UNPROCESSABLE_ENTITY


async def _refuse(status: HTTPStatus, send: Send) -> None:
    text = f"{status} {status.phrase}\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": text})
