"""Muniment: a document kept as evidence, in defence of rights."""
