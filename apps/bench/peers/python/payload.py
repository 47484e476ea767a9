"""What workloads give to their programs, as NumPy arrays."""

import base64

import numpy as np


def images_of(packed, dtype=np.float32):
    """Bytes 0 to 255 -> numbers 0 to 1, [N, 784], and int64 classes [N]."""
    pixels = np.frombuffer(base64.b64decode(packed["pixels"]), np.uint8).reshape(packed["count"], -1)
    return (pixels.astype(np.float32) / np.float32(255)).astype(dtype), np.array(packed["classes"])


def floats_of(text, *shape):
    """Little-endian float32 in base64 -> an array of its own."""
    return np.frombuffer(base64.b64decode(text), "<f4").astype(np.float32).reshape(shape)
