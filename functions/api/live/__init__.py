"""What goes on, told as it happens: one look at the database for all who listen."""
