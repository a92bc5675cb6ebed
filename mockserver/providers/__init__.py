"""The five flats, independent of each other."""
