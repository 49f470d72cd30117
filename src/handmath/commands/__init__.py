"""What people start beside the stages."""
