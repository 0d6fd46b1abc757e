"""Small SPK files of every type that portolan reads or refuses, and their states by CSPICE: tests/golden/spk.

Types 1 and 21, which CSPICE reads but has no writer for in C, and files of the other byte order are put together here;
CSPICE evaluates them all. Run from the repository's root: python ephemerides/tools/make_spk_samples.py (spiceypy, numpy).
"""

import os
import random
import struct

import numpy as np
import spiceypy as sp

OUT = "tests/golden/spk"
MU = 398600.4418
AU_KM, DAY_S = 149597870.7, 86400.0
T0 = 9260 * DAY_S  # 2025-05-09 12:00 TDB
rows = []


def kepler(t):
    return np.array(sp.conics([7000.0, 0.1, 0.9, 0.3, 1.1, 0.2, T0, MU], t))


def fresh(name):
    path = f"{OUT}/{name}"
    if os.path.exists(path):
        os.remove(path)
    return path


def ask(path, body, name, times, center=399):
    for t in times:
        state, _ = sp.spkgeo(body, float(t), "J2000", center)
        rows.append([os.path.basename(path), name, body, center, repr(float(t))] + [repr(float(x)) for x in state])


def written_by_cspice():
    path = fresh("segments.bsp")
    h = sp.spkopn(path, "segments", 0)
    uneven = T0 + np.array([600.0 * k + 7.0 * (k % 3) for k in range(12)])
    even = T0 + np.arange(12) * 600.0
    su, se = (np.array([kepler(t) for t in e]) for e in (uneven, even))
    a, b = uneven[0], uneven[-1]
    all_of = []

    def add(name, times=None):
        body = -1001 - len(all_of)
        all_of.append((body, name, times))
        return body, 399

    for name, frame in (("type05", "J2000"), ("type05_ecliptic", "ECLIPJ2000")):
        sp.spkw05(h, *add(name), frame, a, b, name, MU, 12, su, uneven)
    for name, degree in (("type08_odd", 7), ("type08_even", 6)):
        sp.spkw08(h, *add(name), "J2000", even[0], even[-1], name, degree, 12, se, even[0], 600.0)
    for name, degree in (("type09_odd", 5), ("type09_even", 4)):
        sp.spkw09(h, *add(name), "J2000", a, b, name, degree, 12, su, uneven)
    sp.spkw12(h, *add("type12_ecliptic"), "ECLIPJ2000", even[0], even[-1], "12", 7, 12, se, even[0], 600.0)
    for name, degree in (("type13_odd", 7), ("type13_even", 5)):
        sp.spkw13(h, *add(name), "J2000", a, b, name, degree, 12, su, uneven)
    # a list with a directory of epochs
    many = T0 + np.arange(211) * 30.0
    sp.spkw13(h, *add("type13_directory"), "J2000", many[0], many[-1], "many", 7, 211,
              np.array([kepler(t) for t in many]), many)

    def chebyshev(t0, t1, n):
        middle, half = (t0 + t1) / 2, (t1 - t0) / 2
        x = np.cos((np.arange(n) + 0.5) * np.pi / n)
        return np.polynomial.chebyshev.chebfit(x, np.array([kepler(middle + half * s) for s in x]), n - 1)

    records = [chebyshev(T0 + 600.0 * k, T0 + 600.0 * (k + 1), 9) for k in range(4)]
    end = T0 + 2400.0
    inside = T0 + np.array([0.0, 1.5, 599.0, 600.0, 607.0, 1800.25, 2400.0])
    places = np.concatenate([np.concatenate([r[:, k] for k in range(3)]) for r in records])
    for name, frame in (("type02", "J2000"), ("type02_ecliptic", "ECLIPJ2000")):
        sp.spkw02(h, *add(name, inside), frame, T0, end, name, 600.0, 4, 8, places, T0)
    both = np.concatenate([np.concatenate([r[:, k] for k in range(6)]) for r in records])
    sp.spkw03(h, *add("type03_ecliptic", inside), "ECLIPJ2000", T0, end, "3", 600.0, 4, 8, both, T0)
    slopes = np.concatenate([
        np.concatenate([r[:, 3 + k] * DAY_S / AU_KM, [kepler(T0 + 600.0 * n + 300.0)[k] / AU_KM]])
        for n, r in enumerate(records) for k in range(3)])
    for name, frame in (("type20", "J2000"), ("type20_ecliptic", "ECLIPJ2000")):
        sp.spkw20(h, *add(name, inside), frame, T0, end, name, 600.0 / DAY_S, 4, 8, slopes, AU_KM, DAY_S,
                  2451545.0 + T0 / DAY_S, 0.0)
    # what is refused, one body each
    sp.spkw17(h, -1090, 399, "J2000", T0, end, "17", T0, [7e3, 0.1, 0.1, 0.2, 0.1, 0.1, 0, 1e-3, 0], 0.0, 1.5)
    sp.spkw13(h, -1091, 399, "B1950", a, b, "B1950", 5, 12, su, uneven)
    # a gap, and two centres
    sp.spkw13(h, -1092, 399, "J2000", uneven[0], uneven[5], "before", 5, 6, su[:6], uneven[:6])
    sp.spkw13(h, -1092, 399, "J2000", uneven[7], uneven[11], "after", 3, 5, su[7:], uneven[7:])
    sp.spkw13(h, -1093, 399, "J2000", uneven[0], uneven[5], "Earth", 5, 6, su[:6], uneven[:6])
    sp.spkw13(h, -1093, 301, "J2000", uneven[6], uneven[11], "Moon", 5, 6, su[6:], uneven[6:])
    # a part of a file's dates: the earlier segment answers for the rest
    sp.spkw13(h, -1094, 399, "J2000", a, b, "all", 5, 12, su, uneven)
    sp.spkw02(h, -1094, 399, "ECLIPJ2000", T0 + 600.0, T0 + 1200.0, "part", 600.0, 4, 8, places, T0)
    sp.spkcls(h)
    sp.furnsh(path)
    for body, name, times in all_of:
        ask(path, body, name, times if times is not None else
            T0 + np.array([0.0, 1.5, 599.0, 607.0, 1800.25, 3333.3, 5000.0, 6300.0]))
    ask(path, -1092, "gap", T0 + np.array([600.0, 6000.0]))
    ask(path, -1093, "two_centers", T0 + np.array([600.0, 3600.0, 6000.0]))
    ask(path, -1094, "precedence", T0 + np.array([300.0, 700.0, 1300.0]))
    sp.unload(path)


def daf(path, segments, order):
    """A DAF of (body, centre, frame, type, start, end, doubles); order "<" or ">"."""
    words, summaries, names = 3 * 128 + 1, b"", b""
    data = b""
    for body, center, frame, kind, start, end, doubles in segments:
        summaries += struct.pack(order + "2d6i", start, end, body, center, frame, kind, words, words + len(doubles) - 1)
        names += b"SAMPLE".ljust(40)
        data += struct.pack(f"{order}{len(doubles)}d", *doubles)
        words += len(doubles)
    head = b"DAF/SPK " + struct.pack(order + "2i", 2, 6) + b"sample".ljust(60) + struct.pack(order + "3i", 2, 2, words)
    head += b"LTL-IEEE" if order == "<" else b"BIG-IEEE"
    head = head.ljust(699, b"\0") + b"FTPSTR:\r:\n:\r\n:\r\0:\x81:\x10\xce:ENDFTP"
    record = struct.pack(order + "3d", 0, 0, len(segments)) + summaries
    whole = head.ljust(1024, b"\0") + record.ljust(1024, b"\0") + names.ljust(1024, b" ") + data
    with open(path, "wb") as f:
        f.write(whole.ljust(-(-len(whole) // 1024) * 1024, b"\0"))


def difference_lines(terms, count, seed, spread):
    """Lines as an integrator of variable order leaves them: any numbers are one."""
    r = random.Random(seed)
    lines, ends = [], []
    for k in range(count):
        end = T0 + 900.0 * (k + 1)
        place = kepler(end)
        steps = np.cumsum([r.uniform(300.0, 900.0) for _ in range(terms)])
        highest = min(terms, [terms, terms - 1, 7, 2][k % 4])
        orders = [max(0, min(terms, highest - 1) - r.randint(0, spread)) for _ in range(3)]
        differences = [[-MU * place[a] / np.linalg.norm(place[:3]) ** 3 * r.uniform(0.5, 1.0) * 0.4 ** j
                        for j in range(terms)] for a in range(3)]
        line = [end] + list(steps) + [x for a in range(3) for x in (place[a], place[3 + a])]
        lines += line + [x for row in differences for x in row] + [highest] + orders
        ends.append(end)
    directory = ends[99::100]
    return lines + ends + directory


def written_here():
    times = T0 + np.array([0.0, 1.5, 899.0, 900.0, 901.0, 1800.25, 2500.0, 3600.0])
    one = difference_lines(15, 4, 1, 2) + [4]
    two = difference_lines(25, 4, 2, 3) + [25, 4]
    three = difference_lines(17, 8, 3, 1) + [17, 8]
    many = difference_lines(4, 120, 5, 1) + [4, 120]
    small = difference_lines(19, 4, 4, 2) + [19, 4]
    end = T0 + 3600.0
    path = fresh("differences.bsp")
    daf(path, [(-1201, 399, 1, 1, T0, end, one), (-1202, 399, 1, 21, T0, end, two),
               (-1203, 399, 17, 21, T0, T0 + 900.0 * 8, three), (-1204, 399, 1, 21, T0, end, small),
               (-1205, 399, 1, 21, T0, T0 + 900.0 * 120, many)], "<")
    sp.furnsh(path)
    for body, name in ((-1201, "type01"), (-1202, "type21"), (-1203, "type21_ecliptic"), (-1204, "type21_small")):
        ask(path, body, name, times)
    ask(path, -1205, "type21_directory", T0 + np.array([10.0, 89000.0, 90000.0, 90000.5, 91000.0, 108000.0]))
    sp.unload(path)
    path = fresh("big_endian.bsp")
    uneven = T0 + np.array([600.0 * k + 7.0 * (k % 3) for k in range(6)])
    states = [x for t in uneven for x in kepler(t)]
    daf(path, [(-1301, 399, 1, 21, T0, end, small), (-1302, 399, 1, 13, uneven[0], uneven[-1],
               states + list(uneven) + [3, 6])], ">")
    sp.furnsh(path)
    ask(path, -1301, "big_endian_21", times)
    ask(path, -1302, "big_endian_13", times[:6])
    sp.unload(path)


os.makedirs(OUT, exist_ok=True)
sp.furnsh("ephemerides/de440_2010_2060.bsp")
written_by_cspice()
written_here()
with open(f"{OUT}/states.csv", "w") as f:
    f.write(f"# states by {sp.tkvrsn('TOOLKIT')} (spkgeo, J2000) of the files beside; ephemerides/tools/make_spk_samples.py\n")
    f.write("file,segment,target,center,epoch_tdb_s,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s\n")
    for row in rows:
        f.write(",".join(map(str, row)) + "\n")
print(len(rows), "states")
