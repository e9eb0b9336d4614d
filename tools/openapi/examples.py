"""The directory that the examples of openapi.yaml are answers of.

Its centres are invented: the address of a real one may have to be hidden one day, and the document
would still show it. The helplines are the shipped ones, and the phone of the centres is that of one
of them, so that a copied example calls no stranger.
"""

import json
import shutil
from pathlib import Path

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.directory import named_sources
from directory_api.config import Settings, data_folder
from directory_api.edit.seed import SeedData

_INVENTED = Path(__file__).with_name("examples.json")


def directory_of_examples(folder: Path) -> Directory:
    """Create the directory in an empty folder. Raises the errors of SeedData.load."""
    data, invented = folder / "data", json.loads(_INVENTED.read_text(encoding="utf-8"))
    shutil.copytree(data_folder(), data)
    shipped = json.loads((data / "centres.json").read_text(encoding="utf-8"))
    cited = {source for line in shipped["helplines"] for _, source in named_sources(line)}
    sources = [each for each in shipped["sources"] if each["id"] in cited]
    document = {
        **shipped,
        "sources": [*sources, *invented["sources"]],
        "centres": invented["centres"],
    }
    (data / "centres.json").write_text(json.dumps(document), encoding="utf-8")
    directory = open_directory(
        Settings(database_url=f"sqlite:///{folder}/directory.db", rate_limit="")
    )
    SeedData(directory.writer, data).prepare()
    directory.live.refresh()
    return directory
