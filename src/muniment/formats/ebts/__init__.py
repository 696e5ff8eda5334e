"""Files with fingerprints (EBTS): framing, rules of values, reader."""
