"""The judge: asks any server over HTTP whether it keeps a provider's promise, one requirement at a time."""
