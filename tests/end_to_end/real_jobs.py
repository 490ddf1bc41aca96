"""The example jobs on real data: they run, their counts reconcile, h5py reads them, segments are of sensible sizes and names."""

import pathlib

import h5py
import numpy

import night

JOBS = {"forbes2000": ("r_datasets", "Forbes2000.csv"), "sp500": ("sp500", "constituents-financials.csv"),
        "telco": ("telco", "Telco-Customer-Churn.csv")}
ACCOUNTS = {"forbes2000": 2000, "sp500": 503, "telco": 7043}


def read_categories(group):
    """A category column of the results file as a list of texts."""
    names = [name.decode() for name in group["categories"][:]]
    return [names[code] if code >= 0 else None for code in group["codes"][:]]


def check_file(path, accounts):
    """The file opens without our help, and its tables fit together."""
    with h5py.File(path, "r") as file:
        assert file.attrs["format"] in (b"tessera-results", "tessera-results"), file.attrs["format"]
        assert len(file["accounts/account_id"]) == accounts
        for name, segmentation in file["segmentations"].items():
            segments = segmentation["segments"]
            levels = read_categories(segments["level"]) if isinstance(segments["level"], h5py.Group) else [
                level.decode() for level in segments["level"][:]]
            counted = segments["accounts"][:]
            for level in ("core", "micro"):
                rows = segmentation["assignment"][level][:]
                assert len(rows) == accounts
                for row, label in enumerate(levels):
                    if label == level:
                        assert counted[row] == numpy.count_nonzero(rows == row), f"{name}: segment row {row}"


def check_names(summary):
    for segmentation in summary["segmentations"]:
        names = [segment["name"] for segment in segmentation["segments"]]
        assert all(names), "a segment has no name"
        assert len(set(names)) == len(names), f"names are not unique: {sorted(names)}"


def main():
    options = night.arguments(__doc__).parse_args()
    tessera = night.Tessera(options)
    with night.temporary_folder() as name:
        for job, parts in JOBS.items():
            night.need_test_data(*parts)
            output = pathlib.Path(name) / f"{job}.h5"
            summary = tessera.run(night.PROJECT / f"jobs/examples/{job}.toml", output, ranks=2)
            night.check_reconciled(summary)
            assert summary["accounts"] == ACCOUNTS[job], summary["accounts"]
            check_names(summary)
            check_file(output, ACCOUNTS[job])
            print(f"{job}: {summary['accounts']} accounts")
            for segmentation in summary["segmentations"]:
                for segment in segmentation["segments"]:
                    print(f"  {segment['level']:5} {segment['id']} {segment['accounts']:6} {segment['name']}")


if __name__ == "__main__":
    main()
