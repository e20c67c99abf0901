"""`python -m marketplace.audit.witness serve|key|status`: the witness without the rest of the site."""

import sys

from marketplace.audit.witness.command import main

if __name__ == "__main__":
    sys.exit(main())
