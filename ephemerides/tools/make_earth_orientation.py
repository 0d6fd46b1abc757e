# Makes tests/golden/earth_orientation_erfa.csv: pip install pyerfa; python make_earth_orientation.py > FILE
import math, erfa
ROWS = [  # TDB s past J2000, UT1-UTC s, xp arcsec, yp arcsec
    (315619266.184, 0.1140, 0.0983, 0.1926), (400000000.125, -0.4521, 0.1712, 0.4011),
    (489070000.5, 0.6604, -0.0312, 0.3507), (536500868.184, -0.4072, 0.0755, 0.2701),
    (600000000.25, 0.0, 0.0, 0.0), (694310469.184, -0.1104, 0.0545, 0.2770),
    (757339269.684, -0.0151, 0.1123, 0.2988), (845000000.75, 0.0202, 0.2071, 0.3342),
    (1051500000.0, -0.7, 0.25, -0.05), (1260000123.456, 0.85, -0.2, 0.55),
    (1577880000.0, 0.0, 0.0, 0.0), (1892000000.9375, -0.3, 0.1, 0.3),
]
AS = math.pi / 648000
print(f"# ERFA {erfa.version.erfa_version} (SOFA {erfa.version.sofa_version}) by pyerfa {erfa.__version__}: c2t06a, GCRS to ITRS, row-major; TT - TDB by NAIF's")
print("# formula of naif0012.tls (K = 1.657e-3 s); TAI-UTC by erfa.dat; UT1 = UTC + ut1_minus_utc_s. Script: ephemerides/tools/make_earth_orientation.py")
print("epoch_tdb_s,ut1_minus_utc_s,xp_arcsec,yp_arcsec,r11,r12,r13,r21,r22,r23,r31,r32,r33")
for tdb, dut, xp, yp in ROWS:
    m = 6.239996 + 1.99096871e-7 * tdb
    dt = 1.657e-3 * math.sin(m + 1.671e-2 * math.sin(m))          # TDB - TT
    # days and seconds apart: fsum keeps the digits of the Earth rotation angle
    day = math.floor((tdb - 32.184 - 37.0 + 43200.0) / 86400.0)
    y, mo, d, _ = erfa.jd2cal(2451544.5, day)
    dat = erfa.dat(y, mo, d, 0.5)
    tt_s = math.fsum([tdb, -dt, -day * 86400.0, 43200.0])          # s since 0h TT of that day
    ut1_s = math.fsum([tt_s, -32.184, -float(dat), dut])
    r = erfa.c2t06a(2451544.5 + day, tt_s / 86400.0, 2451544.5 + day, ut1_s / 86400.0, xp * AS, yp * AS)
    print(",".join([repr(v) for v in (tdb, dut, xp, yp)] + [f"{float(v):.17e}" for v in r.ravel()]))
