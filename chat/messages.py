"""What a browser may send over the chat's socket, read without trust."""

from __future__ import annotations

import json
import re
from typing import Any

from chat.asking import Declined

LONGEST = 32_000


def stream_id(value: object) -> str:
    """Where to go on reading; from the start for anything that is no id of a stream."""
    return value if isinstance(value, str) and re.fullmatch(r"\d{1,15}(-\d{1,9})?", value) else "0"


def parsed(text: str | None) -> dict[str, Any]:
    try:
        data = json.loads(text or "") if len(text or "") <= LONGEST else None
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise Declined("malformed")
    return data
