"""A reader of vector tiles for tests, written from the specification (MVT 2.1)."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Feature:
    """One feature: id, geometry type (1 point, 2 line, 3 polygon), properties, rings or lines."""

    id: int | None = None
    type: int = 0
    properties: dict[str, Any] = field(default_factory=dict)
    parts: list[list[tuple[int, int]]] = field(default_factory=list)


def fields(data: bytes) -> list[tuple[int, Any]]:
    """Return (field number, value) of a protobuf message."""
    found, at = [], 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            length = {1: 8, 5: 4}[kind]
            value, at = data[at : at + length], at + length
        found.append((key >> 3, value))
    return found


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a varint and the position after it."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if not byte & 128:
            return value, at


def numbers(data: bytes) -> list[int]:
    """Return packed varints."""
    found, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        found.append(value)
    return found


def value_of(data: bytes) -> Any:
    """Return a tag's value (text, whole numbers and truth; others as raw bytes)."""
    ((number, value),) = fields(data)
    if number == 1:
        return value.decode()
    if number == 6:
        return (value >> 1) ^ -(value & 1)
    return bool(value) if number == 7 else value


def drawn(commands: list[int]) -> list[list[tuple[int, int]]]:
    """Return the parts of a geometry in tile units; a ring is not repeated at its end."""
    parts: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            continue
        for _ in range(count):
            dx, dy = ((n >> 1) ^ -(n & 1) for n in commands[at : at + 2])
            x, y, at = x + dx, y + dy, at + 2
            if command == 1:
                parts.append([])
            parts[-1].append((x, y))
    return parts


def read(tile: bytes) -> dict[str, list[Feature]]:
    """Return the features of each layer."""
    layers = {}
    for _, layer in fields(tile):
        told = fields(layer)
        (name,) = [v for n, v in told if n == 1]
        keys = [v.decode() for n, v in told if n == 3]
        values = [value_of(v) for n, v in told if n == 4]
        layers[name.decode()] = [_feature(v, keys, values) for n, v in told if n == 2]
    return layers


def _feature(data: bytes, keys: list[str], values: list[Any]) -> Feature:
    feature = Feature()
    for number, value in fields(data):
        if number == 1:
            feature.id = value
        elif number == 2:
            tags = numbers(value)
            pairs = zip(tags[::2], tags[1::2], strict=True)
            feature.properties = {keys[k]: values[v] for k, v in pairs}
        elif number == 3:
            feature.type = value
        else:
            feature.parts = drawn(numbers(value))
    return feature
