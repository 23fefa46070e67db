"""Presets by name: settings that mean something, as differences from the defaults; ``presets.toml`` holds them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from simulation.errors import ParameterError, nearest
from simulation.parameters import Parameters
from simulation.settings import leaves


@dataclass(frozen=True)
class Preset:
    """A named setting.

    Attributes
    ----------
    about
        What it is, in one sentence, with its source where it has one.
    values
        Parameters that differ from the defaults, by dotted name.
    """

    about: str
    values: dict[str, Any]


_TREE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_PARTS = {name: dict(leaves(part)) for name, part in _TREE["parts"].items()}


def _preset(about: str, on: Iterable[str] = (), values: Mapping[str, object] = MappingProxyType({})) -> Preset:
    """A preset as the file has it: later parts over earlier ones, its own values over all of them."""
    merged: dict[str, Any] = {}
    for part in on:
        merged |= _PARTS[part]
    return Preset(about, merged | dict(leaves(values)))


PRESETS: dict[str, Preset] = {name: _preset(**told) for name, told in _TREE["presets"].items()}
"""All presets by name."""


def preset(name: str) -> Parameters:
    """Parameters of a preset.

    Raises
    ------
    ParameterError
        If there is none of that name; says which are nearest.
    """
    if name not in PRESETS:
        raise ParameterError(f"there is no preset {name!r}; {nearest(name, PRESETS, 2)}")
    return Parameters().with_values(PRESETS[name].values)
