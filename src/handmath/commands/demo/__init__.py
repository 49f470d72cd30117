"""The demo: a page to write a line on, or drop a photo into, that reads it at once.

Served by Gradio. Nothing is fetched from elsewhere, nothing is reported to anyone, and no picture
is kept: the browser sends drawings and files as text, and neither becomes a file here. Nor is a
session kept: each request has the picture and all that was corrected in its reading.
"""

import atexit
import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="handmath-demo-")
atexit.register(shutil.rmtree, FOLDER)
# Gradio reads these on import. Pictures are nobody else's, and the browser does not store them in
# Gradio's run history. The page works without a network.
os.environ.update(
    GRADIO_TEMP_DIR=FOLDER,
    GRADIO_ANALYTICS_ENABLED="False",
    GRADIO_RUN_HISTORY="False",
    HF_HUB_OFFLINE="1",
)
