"""What everything stands on: settings, errors, files, params."""
