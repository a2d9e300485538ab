"""What to do on Monday: whom to contact, what it brings, and how one will know that it worked."""
