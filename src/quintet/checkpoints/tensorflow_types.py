"""TensorFlow's data types and shapes as they stand in its files (types.proto, tensor_shape.proto)."""

from quintet.checkpoints.protobuf import every, first, signed

DTYPES = {  # DataType -> numpy, little-endian
    1: "<f4",
    2: "<f8",
    3: "<i4",
    4: "u1",
    5: "<i2",
    6: "i1",
    9: "<i8",
    10: "?",
    17: "<u2",
    19: "<f2",
    22: "<u4",
    23: "<u8",
}


def shape(message: memoryview) -> tuple[int, ...]:
    """A TensorShapeProto as numpy has it; () for a scalar. Raises ValueError for an unknown size."""
    sizes = tuple(signed(first(dim, 1, 0)) for dim in every(message, 2))
    if any(size < 0 for size in sizes):
        raise ValueError(f"the shape {sizes} is unknown")
    return sizes
