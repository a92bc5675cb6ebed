"""Where what changes is kept: few verbs, JSON text in and out."""
