"""Histories of real companies: what accounts did is what Python's csv, fractions and decimal make of the same files, and the digest
is the same at any number of ranks and in any order of the rows."""

import csv
import datetime
import decimal
import fractions
import pathlib
import random

import h5py

import night

EPOCH = datetime.date(1970, 1, 1)
CHECKED = 12  # accounts, besides the first and the last


def day_of(text):
    return datetime.date.fromisoformat(text[:10])


def read_rows(paths):
    rows = []
    for path in paths:
        with open(path, newline="", encoding="utf-8") as file:
            rows += list(csv.DictReader(file))
    return rows


class Account:
    """What one account did, by means of Python alone."""

    def __init__(self):
        self.orders, self.days, self.returns = set(), [], 0
        self.exact, self.decimal = fractions.Fraction(0), decimal.Decimal(0)

    def add(self, order, day, amount, as_decimal, is_return):
        self.orders.add(order)
        self.days.append(day)
        self.exact += fractions.Fraction(amount)  # of the double that the engine is to work out, without rounding
        self.decimal += as_decimal
        self.returns += is_return


def northwind(folder):
    orders = {row["order_id"]: row for row in read_rows([folder / "orders.csv"])}
    accounts = {row["customer_id"]: Account() for row in read_rows([folder / "customers.csv"])}
    for line in read_rows([folder / "order_details.csv"]):
        order = orders[line["order_id"]]
        price, quantity, discount = line["unit_price"], line["quantity"], line["discount"]
        accounts[order["customer_id"]].add(
            line["order_id"], day_of(order["order_date"]), float(price) * float(quantity) * (1.0 - float(discount)),
            decimal.Decimal(price) * decimal.Decimal(quantity) * (1 - decimal.Decimal(discount)), False)
    return accounts, max(day_of(row["order_date"]) for row in orders.values()), 0


def online_retail(folder):
    accounts, newest, without_id = {}, day_of("1970-01-01"), 0
    for number, row in enumerate(read_rows(sorted(folder.glob("*.csv")))):
        if not row["CustomerID"].strip():
            without_id += 1
            continue
        day = day_of(row["InvoiceDate"])
        newest = max(newest, day)
        accounts.setdefault(str(int(float(row["CustomerID"]))), Account()).add(
            number, day, float(row["Quantity"]) * float(row["UnitPrice"]),
            decimal.Decimal(row["Quantity"]) * decimal.Decimal(row["UnitPrice"]), row["InvoiceNo"].startswith("C"))
    return accounts, newest, without_id


def cdnow(file):
    accounts, newest = {}, day_of("1970-01-01")
    for number, line in enumerate(file.read_text(encoding="ascii").splitlines()):
        customer, _, day, _, spent = line.split()
        day = datetime.datetime.strptime(day, "%Y%m%d").date()
        newest = max(newest, day)
        accounts.setdefault(customer, Account()).add(number, day, float(spent), decimal.Decimal(spent), False)
    return accounts, newest, 0


def check_accounts(path, accounts, as_of):
    """Some accounts, chosen at random but always the same, and those without orders, to the last bit."""
    with h5py.File(path, "r") as file:
        table = file["accounts"]
        ids = [name.decode() for name in table["account_id"][:]]
        assert sorted(ids) == sorted(accounts), "the accounts are others"
        columns = {name: table[f"orders.{name}"][:] for name in ("monetary", "frequency", "recency_days")}
        returns = table["orders.returns"][:] if "orders.returns" in table else None
        stored = int(file["ingest/sources/as_of"][:].max())
        assert stored == (as_of - EPOCH).days, f"as_of is {stored}"
    idle = [i for i, name in enumerate(ids) if not accounts[name].days]
    for i in random.Random(4).sample(range(len(ids)), CHECKED) + [0, len(ids) - 1] + idle:
        account, found = accounts[ids[i]], {name: float(column[i]) for name, column in columns.items()}
        assert found["frequency"] == len(account.orders), (ids[i], found)
        assert found["monetary"] == float(account.exact), (ids[i], found, float(account.exact))
        assert abs(decimal.Decimal(found["monetary"]) - account.decimal) < decimal.Decimal("0.001"), (ids[i], found)
        if account.days:
            assert found["recency_days"] == (as_of - max(account.days)).days, (ids[i], found)
        else:
            assert found["recency_days"] != found["recency_days"], "never is missing"
        if returns is not None:
            assert returns[i] == account.returns, ids[i]
    return len(idle)


def shuffle_rows(paths, into, names, seed, has_header=True):
    """The rows of the files in another order, dealt to files of these names."""
    lines, header = [], b""
    for path in paths:
        rows = path.read_bytes().splitlines(keepends=True)
        if has_header:
            header, *rows = rows
        lines += [row if row.endswith(b"\n") else row + b"\n" for row in rows]
    random.Random(seed).shuffle(lines)
    into.mkdir(parents=True, exist_ok=True)
    for part, name in enumerate(names):
        (into / name).write_bytes(header + b"".join(lines[part::len(names)]))


def check_job(tessera, name, folder, reference, shuffled_data, scratch):
    job = night.PROJECT / f"jobs/examples/{name}.toml"
    accounts, newest, without_id = reference(folder)
    as_of = newest + datetime.timedelta(days=1)
    digests = set()
    for ranks in (1, 2, 3):
        output = scratch / f"{name}-{ranks}.h5"
        summary = tessera.run(job, output, ranks=ranks)
        night.check_reconciled(summary)
        digests.add(summary["digest"])
        assert summary["accounts"] == len(accounts)
        source = next(one for one in summary["sources"] if one["source"] == "orders")
        assert source["quarantined"] == without_id and source["unmatched"] == 0, source
        assert source["as_of"] == as_of.isoformat(), source
        idle = check_accounts(output, accounts, as_of)
    summary = tessera.run(job, scratch / f"{name}-shuffled.h5", ranks=2, env={"TESSERA_TEST_DATA": str(shuffled_data)})
    digests.add(summary["digest"])
    assert len(digests) == 1, f"{name}: ranks or the order of rows show in the digest: {digests}"
    print(f"{name}: {len(accounts)} accounts, {idle} without orders, {without_id} rows without id, {digests}")


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    companies = night.need_test_data("northwind"), night.need_test_data("online_retail_2010_12")
    purchases = night.need_test_data("CDNOW_sample.txt")
    with night.temporary_folder() as name:
        scratch = pathlib.Path(name)
        shuffled = scratch / "shuffled"
        for file in ("customers.csv", "orders.csv", "order_details.csv"):
            shuffle_rows([companies[0] / file], shuffled / "northwind", [file], seed=7)
        shuffle_rows(sorted(companies[1].glob("*.csv")), shuffled / "online_retail_2010_12",
                     [f"2010-12-{part:02}.csv" for part in (1, 2, 3, 30)], seed=8)
        shuffle_rows([purchases], shuffled, [purchases.name], seed=9, has_header=False)
        check_job(tessera, "northwind", companies[0], northwind, shuffled, scratch)
        check_job(tessera, "online_retail", companies[1], online_retail, shuffled, scratch)
        check_job(tessera, "cdnow", purchases, cdnow, shuffled, scratch)


if __name__ == "__main__":
    main()
