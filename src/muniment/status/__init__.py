"""What do the facts establish? Facts and dated rules in, a determination out. Pure: no I/O but package data."""
