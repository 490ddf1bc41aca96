"""Opens a results file the way a data scientist would, with h5py alone, and checks what it finds."""

import sys

import h5py
import numpy as np


def decoded(column):
    """A category column as texts; missing is None."""
    texts = [text.decode() for text in column["categories"][:]]
    return [None if code < 0 else texts[code] for code in column["codes"][:]]


def lengths(table):
    """Row counts of a table's columns; a group below that has codes is a category column."""
    found = set()
    for column in table.values():
        if isinstance(column, h5py.Dataset):
            found.add(column.shape[0])
        elif "codes" in column:
            found.add(column["codes"].shape[0])
    return found


def main(path, accounts):
    with h5py.File(path, "r") as results:
        assert results.attrs["format"].decode() == "tessera-results"
        assert results.attrs["format_version"] == 1
        assert len(results.attrs["digest"].decode()) == 32
        assert results["run"].attrs["job"].decode().startswith("name =")
        assert lengths(results["accounts"]) == {accounts}
        assert decoded(results["accounts/crm.industry"])[:4] == [None, "banking", "software/cloud", "Öl"]
        assert results["accounts/crm.web%2Fsite"].attrs["name"].decode() == "crm.web/site"
        assert results["accounts/account_id"].attrs["description"]
        assert results["accounts/crm.since"].attrs["unit"].decode() == "days since 1970-01-01"
        assert results["accounts/account_id"][0].decode().startswith("ACC-")
        segmentation = results["segmentations/zeta%2Fgrowth"]
        assert segmentation.attrs["name"].decode() == "zeta/growth"
        assert lengths(segmentation["assignment"]) == {accounts}
        names = [name.decode() for name in segmentation["segments/name"][:]]
        core = segmentation["assignment/core"][:]
        assert {names[row] for row in core if row >= 0} == {"Größte · SME", "Others"}
        assert np.isnan(segmentation["assignment/distance"][:][core < 0]).all()
        assert decoded(segmentation["segments/level"]) == ["macro", "core", "core", "micro"]
        assert segmentation["model/centroids"].shape == (2, 2)
        assert segmentation["quality"].attrs["iterations"] == 3
        assert segmentation["quality/inertia_by_iteration"].shape == (3,)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
