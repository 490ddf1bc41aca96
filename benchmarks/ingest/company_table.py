"""The table of the comparison: accounts as a company's CRM exports them, 20 columns of every kind, the same bytes from the same seed."""

import datetime
import os
import random

ROWS = 1_000_000
SEED = 20260101

# What each reader is to make of a column, in the words of a job file. One list: the job and the check of every reader's types follow from it.
COLUMNS = {
    "account_id": "text", "company_name": "text", "country": "category", "industry": "category", "sub_industry": "category",
    "city": "category", "postal_code": "number", "employees": "number", "revenue": "number", "founded": "number",
    "is_customer": "flag", "opted_in": "flag", "first_contact": "date", "last_order": "date", "orders": "number",
    "score": "number", "discount": "number", "visits": "number", "channel": "category", "note": "text",
}
DATES = [name for name, kind in COLUMNS.items() if kind == "date"]

SYLLABLES = ("nor", "dal", "vik", "ter", "mon", "bel", "ost", "lin", "kar", "sol", "fer", "gan", "mar", "hal", "tek", "bru")
TRADES = ("Software", "Machinery", "Retail", "Banking", "Insurance", "Logistics", "Energy", "Chemicals", "Food", "Media", "Health", "Textiles")
FORMS = ("GmbH", "Inc.", "Ltd", "S.A.", "B.V.", "AB")
CHANNELS = ("web", "partner", "fair", "phone", "mail")
NOTES = ("call", "a \"\"demo\"\"", "no, yet", "renew", "new", "price, terms")


def quoted(random_source, text, share):
    return f'"{text}"' if "," in text or '"' in text or random_source.random() < share else text


def word(random_source, syllables):
    return "".join(random_source.choice(SYLLABLES) for _ in range(syllables)).capitalize()


def some_missing(random_source, share, text):
    return "" if random_source.random() < share else text


def rows(count, seed):
    """One line an account, without its end."""
    source = random.Random(seed)
    countries = [a + b for a in "ABCDEF" for b in "EILRTUZ"]
    cities = sorted({word(source, 3) for _ in range(2000)})
    branches = [f"{trade[:2]}{number}" for trade in TRADES for number in range(1, 31)]
    days = [(datetime.date(2005, 1, 1) + datetime.timedelta(days=day)).isoformat() for day in range(7600)]
    chance, pick = source.random, source.choice
    for row in range(count):
        name = word(source, 2)
        yield ",".join((
            f"A{row * 7919 % 1_000_003:07d}",
            quoted(source, f"{name}, {pick(FORMS)}" if chance() < 0.5 else f"{name} {pick(TRADES)}", 0.4),
            pick(countries), some_missing(source, 0.03, pick(TRADES)), pick(branches), quoted(source, pick(cities), 0.6),
            str(10000 + int(chance() * 89999)), some_missing(source, 0.05, str(int(1 + 10 ** (chance() * 4.5)))),
            some_missing(source, 0.1, f"{10 ** (3 + chance() * 4):.2f}"), str(1900 + int(chance() * 125)),
            "true" if chance() < 0.3 else "false", "true" if chance() < 0.6 else "false",
            pick(days), some_missing(source, 0.2, pick(days)), str(int(chance() * chance() * 400)), f"{chance():.2f}",
            f"{chance() * 0.4:.3f}", str(int(chance() * 10000)), pick(CHANNELS),
            quoted(source, pick(NOTES), 0.6)))


def write_table(path, count, seed):
    """Nothing to do where it is already there: the name tells count and seed."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with open(unfinished, "w", encoding="ascii", newline="") as file:
        file.write(",".join(COLUMNS) + "\n")
        file.writelines(line + "\n" for line in rows(count, seed))
    os.replace(unfinished, path)
