"""The demo: a page to write a line on, or drop a photo into, that reads it at once.

Served by Gradio. Nothing is fetched from elsewhere, nothing is reported to anyone, and no picture
is kept: the browser sends drawings and files as text, and neither becomes a file here. Nor is a
session kept: each request has the picture and all that was corrected in its reading.
"""
