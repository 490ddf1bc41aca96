"""Rewrites a CSV file with its rows in another order that keeps rows of one key in theirs."""

import csv
import random


def shuffle(source, target, key, seed):
    with open(source, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = list(reader)
    at = header.index(key)
    # Ragged rows have no key to keep together; each is a group of its own.
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    places_of_key = {}
    for place, row in enumerate(order):
        places_of_key.setdefault(rows[row][at] if len(rows[row]) > at else ("ragged", row), []).append(place)
    shuffled = [None] * len(rows)
    for places in places_of_key.values():
        for place, row in zip(sorted(places), sorted(order[p] for p in places)):
            shuffled[place] = rows[row]
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(shuffled)
