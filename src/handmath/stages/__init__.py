"""The stages of the pipeline, a module each: load, do, save."""
