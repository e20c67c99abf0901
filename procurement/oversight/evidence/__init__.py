"""Evidence packs: everything that proves one order, in one ZIP that is checked offline and without us."""
