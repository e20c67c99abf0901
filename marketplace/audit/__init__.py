"""The audit log: every act of the marketplace, in a transparency log anyone can check."""
