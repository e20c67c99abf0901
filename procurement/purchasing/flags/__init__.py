"""Red flags that belong to the moment of the act: what an order looks like beside others, and what follows."""
