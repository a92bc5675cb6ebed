"""What a media file is, found by looking at its bytes; the limits are each provider's own."""
