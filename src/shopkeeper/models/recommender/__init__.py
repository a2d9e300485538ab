"""What recommenders share: who bought what as numbers, their protocol, and how they are saved."""
