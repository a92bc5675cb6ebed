"""Artists, releases and tracks: made once per seed, found by search, printed in five shapes."""
