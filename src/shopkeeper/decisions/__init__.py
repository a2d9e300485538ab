"""What to do on Monday: whom to contact, what it brings, and how it will be known that it worked."""
