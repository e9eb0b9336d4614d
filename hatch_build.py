"""Compiles the search for a wheel, where Cython and a C compiler are there.

Without them the wheel has the Python source alone, which gives the same answers more slowly.
`DIRECTORY_COMPILED=required` fails instead, for what is published.
"""

import os
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULE = "directory_api.place.kd"
SOURCE = Path("directory_api/place/kd.py")


def compiled(root: Path, folder: Path) -> Path:
    """Compile the search into a folder, and return the extension module.

    Raises ImportError without Cython, and what the compiler raises.
    """
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    extension = Extension(
        MODULE,
        [str(root / SOURCE)],
        # As Python computes: no fused multiplication and addition.
        extra_compile_args=["-O3", "-g0", "-ffp-contract=off"],
    )
    (module,) = cythonize(
        [extension],
        build_dir=str(folder),
        quiet=True,
        # The types are those of kd.pxd.
        compiler_directives={"language_level": 3, "annotation_typing": False},
    )
    distribution = Distribution({"name": "directory-api", "ext_modules": [module]})
    command: Any = distribution.get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(folder), str(folder)
    command.ensure_finalized()
    command.run()
    return Path(command.get_ext_fullpath(MODULE))


class CompiledSearch(BuildHookInterface[Any]):
    """Adds the compiled search to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is packed; an editable installation is not compiled."""
        if version == "editable":
            return
        root = Path(self.root)
        try:
            extension = compiled(root, Path(mkdtemp()))
        except Exception as error:
            if os.environ.get("DIRECTORY_COMPILED") == "required":
                raise
            self.app.display_warning(f"The search is not compiled: {error}")
            return
        build_data["force_include"][str(extension)] = str(SOURCE.parent / extension.name)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
