"""How a failure is written down: where and of what type, never what it said, for messages quote people's data."""

from __future__ import annotations

import traceback
from pathlib import PurePath

from marketplace.core.transitions import Refused

MAX_LENGTH = 300


def described(error: BaseException) -> str:
    """`ValueError in render (procurement/documents/actions.py:88)`; a refusal adds its code."""
    kind = type(error).__qualname__ + (f"[{error.code}]" if isinstance(error, Refused) else "")
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return kind[:MAX_LENGTH]
    # the last frame of ours, not of a library, is where somebody can look
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    place = "/".join(PurePath(ours[-1].filename).parts[-3:])
    return f"{kind} in {ours[-1].name} ({place}:{ours[-1].lineno})"[:MAX_LENGTH]
