"""The demo's server: for this machine alone, or with `host` for a network."""

import signal
import sys
from pathlib import Path

from handmath.base.errors import InputError
from handmath.commands.demo.address import ALL, local, names, usual_address, warning
from handmath.commands.demo.gradio_set_up import gr
from handmath.commands.demo.guard import Guard
from handmath.commands.demo.page import asset, page
from handmath.reading.reader import Reader


def serve(host: str, port: int, model: Path | None) -> None:
    """Serve the page until Ctrl+C or SIGTERM.

    Args:
        host: address to serve at, and
        port: its port, both as `address.check` lets through.
        model: the reader's, or None for the usual one.

    Raises:
        InputError: there is no such model, or the port was taken meanwhile.
    """
    from starlette.middleware import Middleware  # comes with Gradio, whose absence is to be named

    blocks = page(Reader.load(model))
    for end in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl+C: `FOLDER` is removed
        signal.signal(end, signal.default_int_handler)
    guard = Middleware(Guard, port=port, events=len(blocks.fns), names=names(host))
    try:
        blocks.launch(
            server_name=host,
            server_port=port,
            app_kwargs={"middleware": [guard]},
            theme=gr.themes.Default(font=["system-ui"], font_mono=["monospace"]),  # no download
            css=asset("page.css"),
            footer_links=[],
            ssr_mode=False,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
        )
    except OSError:  # taken since `address.check`
        raise InputError(f"port {port} is taken; choose another with --port") from None
    if not local(host):
        print(warning(host), file=sys.stderr, flush=True)
    address = usual_address() if host == ALL else host
    print(f"http://{address}:{port} is ready; Ctrl+C ends it", flush=True)
    blocks.block_thread()
