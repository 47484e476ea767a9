"""The benchmark's protocol for Python programs: see ../src/programs/protocol.ts."""

import json
import sys


def serve(prepare):
    """Answers requests until stdin ends.

    prepare(payload) returns (facts, run); run(case_id) returns (value, proof).
    """
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "prepare" in request:
                reply, run = prepare(request["prepare"])
            else:
                value, proof = run(request["run"])
                reply = {"value": value, "proof": proof}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
