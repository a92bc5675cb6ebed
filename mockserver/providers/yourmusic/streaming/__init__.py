"""HLS: the manifest of a track and the media that it names."""
