"""Gradio, set up to keep and to tell nobody anything."""

import atexit
import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="handmath-demo-")
atexit.register(shutil.rmtree, FOLDER)
# Gradio reads these when it is imported, which is done here alone. Pictures are nobody else's, and
# the browser does not store them in Gradio's run history. The page works without a network, and
# Gradio asks its own server through no proxy.
os.environ.update(
    GRADIO_TEMP_DIR=FOLDER,
    GRADIO_ANALYTICS_ENABLED="False",
    GRADIO_RUN_HISTORY="False",
    HF_HUB_OFFLINE="1",
    NO_PROXY="*",
    no_proxy="*",
)

import gradio as gr  # noqa: E402

__all__ = ["gr"]
