"""What is left when the feature is deleted."""

from pathlib import Path

from tests.support.deleted_features import copy_without, run

NEEDS = ("imports",)


def test_json_is_still_read_and_a_table_is_refused_in_plain_words(tmp_path: Path) -> None:
    """JSON and JSON Lines; CSV and a workbook, by what they begin with."""
    folder = copy_without(["sheets"], tmp_path)
    (folder / "centres.csv").write_bytes(b"id,name\na,b\n")
    (folder / "centres.xlsx").write_bytes(b"PK\x03\x04")
    export = ["export", "--format", "jsonl", "--output", "all.jsonl"]
    tables = [["validate", "centres.csv"], ["validate", "centres.xlsx"]]
    *read, csv, xlsx = run(folder, ["init"], export, ["validate"], ["diff", "all.jsonl"], *tables)
    assert [each.code for each in read] == [0, 0, 0, 0], read
    for refused in (csv, xlsx):
        assert refused.code == 1
        assert "reads no spreadsheets. Write it as JSON." in refused.output
