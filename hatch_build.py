"""Compiles the search for a wheel, where Cython and a C compiler are there.

Without them the wheel has the Python source alone, which gives the same answers more slowly.
`DIRECTORY_COMPILED=required` fails instead, for what is published; `off` compiles nothing, for the
wheel of every machine.
"""

import os
import shutil
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

    _folder: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is packed; an editable installation is not compiled.

        Raises ValueError for an unknown DIRECTORY_COMPILED, so that a slip publishes nothing.
        """
        wanted = os.environ.get("DIRECTORY_COMPILED", "")
        if wanted not in {"", "off", "required"}:
            raise ValueError(f"DIRECTORY_COMPILED is {wanted!r}; write required or off")
        if version == "editable" or wanted == "off":
            return
        root = Path(self.root)
        self._folder = Path(mkdtemp())
        try:
            extension = compiled(root, self._folder)
        except Exception as error:
            if wanted == "required":
                raise
            self.app.display_warning(f"The search is not compiled: {error}")
            return
        build_data["force_include"][str(extension)] = str(SOURCE.parent / extension.name)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled, which the wheel has now."""
        if self._folder:
            shutil.rmtree(self._folder)
