"""The sandbox CA, over real TCP."""
