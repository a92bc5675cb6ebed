"""Requirements that many APIs share, each parametrised by a small declaration of the provider."""
