"""Model classes: which class may read a saved model back; our own shelves or a declared plug-in."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import entry_points
from typing import cast

from shopkeeper.errors import ArtifactError, UnsafeArtifactError, shorten
from shopkeeper.models.model import Model

OWN_SHELVES = ("shopkeeper.models.", "shopkeeper.tasks.")
PLUG_INS = "shopkeeper.models"
MEMBERS = ("name", "fit", "predict", "save", "load")


def class_path(model: type[Model]) -> str:
    """Gives where a class is found, as `module:Class`."""
    return f"{model.__module__}:{model.__qualname__}"


def find_class(path: str, further: Iterable[type[Model]] = ()) -> type[Model]:
    """Gives the class that wrote a model.

    A saved model names its class; only classes of our own shelves, those that an installed
    package declares under `shopkeeper.models`, and those given here are ever imported.

    Args:
        path: Where it is found, as `module:Class`.
        further: Classes that are trusted besides.

    Raises:
        UnsafeArtifactError: The class stands anywhere else.
        ArtifactError: There is no such class in this version.
    """
    for model in further:
        if class_path(model) == path:
            return model
    module, _, name = path.partition(":")
    declared = {entry.value for entry in entry_points(group=PLUG_INS)}
    if not (module.startswith(OWN_SHELVES) or path in declared):
        raise UnsafeArtifactError(
            f"A saved model names the class `{shorten(path)}`, which is no model of ours.",
            f"a package declares its models as entry points of `{PLUG_INS}`",
        )
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ArtifactError(
            f"There is no model class `{shorten(path)}` in this version.",
            "train again, or install the version that wrote the model",
        ) from error
    if not (isinstance(found, type) and all(hasattr(found, member) for member in MEMBERS)):
        raise UnsafeArtifactError(f"`{shorten(path)}` is no model.")
    return cast("type[Model]", found)
