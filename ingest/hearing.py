"""The process that holds the speech model, or asks the service: `python -m ingest.hearing`.

Its standard input has how speech is recognised (`ingest.parsers.speech.Speech` as JSON), and then a file of samples a
line; for each it writes a line with what is said in it. It reads nothing that a stranger has made: the samples were
decoded elsewhere. A model needs more memory than a parser may have, and takes only itself down if that is too little.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from ingest.child import own_output
from ingest.limits import attach
from ingest.no_network import cut_off


def main(given: BinaryIO, out: BinaryIO) -> None:
    from ingest.parsers.speech import Speech

    attach()
    speech = Speech(**json.loads(given.readline()))
    if not speech.base_url and Path(speech.model).is_dir():
        cut_off()
    for line in given:
        out.write(json.dumps(heard(Path(json.loads(line)), speech), ensure_ascii=False).encode() + b"\n")
        out.flush()


def heard(samples: Path, speech: Any) -> dict[str, Any]:
    import numpy as np

    from ingest.parsers.speech import SpeechFailed, recognise

    sound = np.fromfile(samples, dtype="<i2").astype(np.float32)
    sound /= 32768
    try:
        return {"said": [asdict(spoken) for spoken in recognise(sound, speech)]}
    except SpeechFailed as error:
        return {"failed": str(error)}


if __name__ == "__main__":
    main(sys.stdin.buffer, own_output())
