"""What must not leave the program does not: every byte of the results, and all that is said, is searched for the key, for account
ids, for the values of sensitive columns and for accounts that asked to be forgotten."""

import csv
import hashlib
import os
import pathlib
import random
import stat
import struct

import h5py
import numpy as np

import night

ACCOUNTS = 400
KEY = "8f3a" * 15 + "90ce"
FORGOTTEN = range(5, 400, 35)
JOB = """
name = "private"
seed = 3
[ingest]
max_quarantined = 0.5
[[source]]
name = "crm"
path = "accounts.csv"
key = "account_id"
key_format = "upper"
[[source]]
name = "web"
path = "web.csv"
key = "account_id"
key_format = "upper"
[[source]]
name = "heads"
kind = "lookup"
path = "heads.csv"
key = "order_id"
[[source]]
name = "orders"
kind = "history"
path = "lines.csv"
via = { source = "heads", key = "order_id" }
key = "account_id"
key_format = "upper"
time = "day"
amount = "price * pieces"
[columns.employees]
type = "number"
[columns.salary]
type = "number"
[columns.doctor]
type = "category"
[columns.email]
type = "text"
[columns."crm.account_id"]
type = "text"
[[macro]]
name = "size"
column = "employees"
bands = [ { name = "Small", below = 50 }, { name = "Large", from = 50 } ]
[value]
column = "orders.monetary"
[[segmentation]]
name = "one"
features = [ { column = "employees", transform = "log1p" }, "orders.monetary", { column = "salary", winsorise = 0.01 }, "doctor" ]
k = 4
starts = 2
refine = { min_accounts = 20, max_micro = 12 }
"""
PRIVACY = """
[privacy]
pseudonymise = true
key_file = "pseudonyms.key"
sensitive = ["email", "salary", "doctor"]
"""


def account_id(i):
    return f"ACC-PLANTED-{i * 7919 % 100003:06d}"


def salary(i):
    return 41234.5625 + 1013.0625 * (i % 61) + (70000.125 if i % 3 == 0 else 0)


def doctor(i):
    return f"Dr.Planted-{'ABCDE'[i % 5]}"


def email(i):
    return f"planted{i}@secret.example"


def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def write_company(folder):
    draw = random.Random(8)
    accounts = [[account_id(i), "" if i % 9 == 0 else draw.randint(1, 500), salary(i), doctor(i), email(i)]
                for i in range(ACCOUNTS)]
    accounts[3][1] = "many people"  # a bad cell
    accounts.append([account_id(7), email(7)])  # a ragged row
    accounts.append([account_id(8), email(8), 5, 6, 7])  # cells in each other's place
    write_csv(folder / "accounts.csv", ["account_id", "employees", "salary", "doctor", "email"], accounts)
    write_csv(folder / "web.csv", ["account_id", "clicks"],
              [[account_id(i).lower(), i] for i in range(0, ACCOUNTS + 50, 2)])
    write_csv(folder / "heads.csv", ["order_id", "account_id", "day"],
              [[f"o{o}", account_id(o % ACCOUNTS), f"2025-0{1 + o % 9}-11"] for o in range(900)])
    lines = [[f"o{draw.randrange(920)}", 2.5, 1 + n % 7] for n in range(3000)]
    lines += [[f"o{FORGOTTEN[0]}", "a bad price", 1], ["o6", "a worse price", 1]]
    write_csv(folder / "lines.csv", ["order_id", "price", "pieces"], lines)
    (folder / "plain.toml").write_text(JOB, encoding="utf-8")
    (folder / "private.toml").write_text(JOB + PRIVACY, encoding="utf-8")
    (folder / "forget.csv").write_text(
        "reason,account_id\n" + "".join(f'"asked, twice",{account_id(i).lower()}\n' for i in FORGOTTEN) + "x,NOBODY-1\n",
        encoding="utf-8")
    key = folder / "pseudonyms.key"
    key.write_text(KEY + "\n", encoding="ascii")
    key.chmod(0o600)


def needles(values):
    """How a value could stand somewhere: as text, or as the bytes of a double."""
    for value in values:
        if isinstance(value, float):
            yield struct.pack("<d", value)
            yield repr(value).encode()
        else:
            yield value.encode()


def expect_absent(what, places, values):
    for place, content in places.items():
        for needle in needles(values):
            assert needle not in content, f"{what}: {needle!r} is in {place}"


def all_datasets(path):
    """The file's bytes, and its data sets unpacked, as packing hides what a search of the bytes would find."""
    contents = {str(path): path.read_bytes()}
    with h5py.File(path, "r") as file:
        def visit(name, item):
            for key, value in item.attrs.items():
                contents[f"{name}@{key}"] = str(value).encode()
            if isinstance(item, h5py.Dataset):
                contents[name] = np.asarray(item[()]).tobytes()
        file.visititems(visit)
    return contents


def run(tessera, folder, job, output, *more, ranks=1, **options):
    nights = [] if "--night" in more else ["--night", "2026-01-31"]
    pathlib.Path(output).with_suffix(".json").unlink(missing_ok=True)
    return tessera.call("run", folder / job, *nights, "--set", f"output.path={output}", *more, ranks=ranks,
                        **options)


def said(done, tessera, output):
    """All that people see of a run."""
    json = tessera.call("show", output, "--json").stdout
    cards = "".join(tessera.call("show", output, word).stdout for word in ("S-0001", "S-0003", "S-0008"))
    return {"stdout": done.stdout.encode(), "stderr": done.stderr.encode(), "show": tessera.call("show", output).stdout.encode(),
            "show --json": json.encode(), "cards": cards.encode()}


def segments_by(path, name):
    """Segment rows by account, with ids as `name` makes them."""
    with h5py.File(path, "r") as file:
        ids = [name(text.decode()) for text in file["accounts/account_id"][:]]
        assignment = file["segmentations/one/assignment"]
        rows = list(zip(*(assignment[column][:] for column in ("macro", "core", "micro", "distance", "fit", "next_best"))))
        return dict(zip(ids, rows)), ids


def pseudonym(text):
    return hashlib.blake2b(text.encode(), key=bytes.fromhex(KEY), digest_size=16).hexdigest()


def check_secrets(tessera, folder):
    plain = folder / "plain.h5"
    run(tessera, folder, "plain.toml", plain)
    truth, true_order = segments_by(plain, pseudonym)
    sensitive = [salary(i) for i in range(ACCOUNTS)] + [doctor(i) for i in range(ACCOUNTS)] + ["@secret.example", "Planted-"]
    found = b"".join(all_datasets(plain).values())
    assert all(needle in found for needle in (b"ACC-PLANTED", b"Dr.Planted-A", struct.pack("<d", salary(4)))), \
        "a search that finds nothing proves nothing"
    digests = set()
    for ranks in (1, 2, 3, 4, 7):
        output = folder / f"private-{ranks}.h5"
        done = run(tessera, folder, "private.toml", output, ranks=ranks)
        places = {**all_datasets(output), **said(done, tessera, output)}
        expect_absent("sensitive values", places, sensitive)
        expect_absent("true ids", places, ["ACC-PLANTED", "acc-planted"])
        expect_absent("the key", places, [KEY, KEY.upper(), KEY[:32]])
        expect_absent("the key's bytes", {key: value for key, value in places.items()}, [bytes.fromhex(KEY).decode("latin-1")])
        assert stat.S_IMODE(output.stat().st_mode) == 0o600, oct(output.stat().st_mode)
        segments, order = segments_by(output, str)
        assert segments.keys() == truth.keys(), "pseudonyms are not keyed BLAKE2b of the ids"
        assert all(np.array_equal(segments[one], truth[one], equal_nan=True) for one in truth), "other segments"
        assert order != true_order, "the order of the true ids tells them"
        with h5py.File(output, "r") as file:
            texts = {text.decode() for text in file["ingest/quarantine/text"][:]}
            assert texts == {"(withheld)"}, texts
            assert "crm.salary" not in file["accounts"] and "crm.email" not in file["accounts"]
            profiled = {name.decode() for name in file["segmentations/one/profile/numbers/column/categories"][:]}
            assert "crm.employees" in profiled and "crm.salary" not in profiled
        digests.add(tessera.show(output)["digest"])
        night.check_reconciled(tessera.show(output))
    assert len(digests) == 1, f"ranks show in the digest: {digests}"
    print(f"{len(truth)} accounts: no id, sensitive value or key in {len(places)} places; digest {digests}")


def check_forgotten(tessera, folder):
    digests = set()
    for ranks in (1, 2, 3):
        output = folder / f"forgotten-{ranks}.h5"
        done = run(tessera, folder, "plain.toml", output, "--forget", folder / "forget.csv", ranks=ranks)
        places = {**all_datasets(output), **said(done, tessera, output)}
        names = [account_id(i) for i in FORGOTTEN]
        expect_absent("the forgotten", places, names + [name.lower() for name in names] + [email(i) for i in FORGOTTEN])
        expect_absent("an unknown id", places, ["NOBODY-1"])
        summary = tessera.show(output)
        night.check_reconciled(summary)
        forgotten = {source["source"]: source["forgotten"] for source in summary["sources"]}
        orders = {f"o{o}" for o in range(900) if o % ACCOUNTS in FORGOTTEN}
        with open(folder / "lines.csv", newline="", encoding="utf-8") as file:
            lines = sum(row["order_id"] in orders for row in csv.DictReader(file))
        assert forgotten == {"crm": len(FORGOTTEN), "web": sum(i % 2 == 0 for i in FORGOTTEN), "heads": len(orders),
                             "orders": lines}, forgotten
        assert summary["forget"] == {"ids": len(FORGOTTEN) + 1, "unknown": 1}, summary["forget"]
        digests.add(summary["digest"])
    assert len(digests) == 1, f"ranks show in the digest: {digests}"
    private = folder / "forgotten-private.h5"
    done = run(tessera, folder, "private.toml", private, "--forget", folder / "forget.csv")
    expect_absent("pseudonyms of the forgotten", {**all_datasets(private), **said(done, tessera, private)},
                  [pseudonym(account_id(i)) for i in FORGOTTEN])
    print(f"forgotten by source: {forgotten}")


def expect_refused(tessera, folder, code, words, job, *more, **options):
    output = folder / "refused.h5"
    done = run(tessera, folder, job, output, *more, check=False, **options)
    assert done.returncode == code, (done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, f"{word!r} is not in {done.stderr!r}"
    assert KEY not in done.stderr and KEY[:20] not in done.stderr, done.stderr
    assert not output.exists()


def check_mistakes(tessera, folder):
    key = folder / "pseudonyms.key"
    key.chmod(0o640)
    for ranks in (1, 2):
        expect_refused(tessera, folder, 78, ["chmod 600", "mode 640"], "private.toml", ranks=ranks)
    key.chmod(0o600)
    key.write_text(KEY[:40], encoding="ascii")
    expect_refused(tessera, folder, 78, ["there are 40 characters", "openssl rand -hex 32"], "private.toml")
    key.write_text(KEY + "z", encoding="ascii")
    expect_refused(tessera, folder, 78, ["holds no key"], "private.toml", "--dry-run")
    key.unlink()
    expect_refused(tessera, folder, 78, ["cannot be read", "pseudonyms.key"], "private.toml")
    by_environment = folder / "environment.toml"
    by_environment.write_text((folder / "private.toml").read_text().replace('key_file = "pseudonyms.key"',
                                                                            'key_env = "TESSERA_TEST_KEY"'))
    expect_refused(tessera, folder, 78, ["TESSERA_TEST_KEY", "no such variable"], by_environment.name)
    expect_refused(tessera, folder, 78, ["looks like a key itself"], by_environment.name, "--set", f"privacy.key_env={KEY}")
    by_key_file, by_key_env = folder / "private-1.h5", folder / "by-environment.h5"
    run(tessera, folder, by_environment.name, by_key_env, env={"TESSERA_TEST_KEY": KEY}, ranks=2)
    assert tessera.show(by_key_file)["digest"] == tessera.show(by_key_env)["digest"]
    expect_absent("the key", all_datasets(by_key_env), [KEY])
    manifest = by_key_env.with_suffix(".json")
    assert KEY not in manifest.read_text() and pseudonym("") not in manifest.read_text()
    again = ["run", folder / by_environment.name, "--night", "2026-01-31", "--set", f"output.path={by_key_env}"]
    assert "already published" in tessera.call(*again, env={"TESSERA_TEST_KEY": KEY}).stdout
    tessera.call(*again, env={"TESSERA_TEST_KEY": KEY[::-1]})
    assert tessera.show(by_key_file)["digest"] != tessera.show(by_key_env)["digest"], "other pseudonyms are another night"
    empty = folder / "empty.csv"
    empty.write_text("account_id\n\n", encoding="utf-8")
    expect_refused(tessera, folder, 65, ["no account id", "empty.csv"], "plain.toml", "--forget", empty, ranks=2)
    for night_of in ("2026-02-30", "soon"):
        expect_refused(tessera, folder, 64, ["--night takes a date", night_of], "plain.toml", "--night", night_of)
    expect_refused(tessera, folder, 66, ["missing.csv"], "plain.toml", "--forget", folder / "missing.csv")


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    os.umask(0)  # nobody's umask closes what the program leaves open
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        write_company(folder)
        check_secrets(tessera, folder)
        check_forgotten(tessera, folder)
        check_mistakes(tessera, folder)


if __name__ == "__main__":
    main()
