"""Handwriting made by code."""
