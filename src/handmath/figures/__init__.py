"""Pictures for people, and the page that shows them."""
