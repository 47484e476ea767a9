import json
import subprocess
import sys


def fresh(program):
    """Runs a program in a process of its own; it prints its milliseconds and its proof as a JSON array."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout))
