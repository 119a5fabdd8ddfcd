"""Counts a .pb file with pabutools, the reference implementation: equal shares, cost, Add1; prints the seconds it took."""

import sys
import time
from fractions import Fraction

from pabutools import fractions
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares

try:
    import gmpy2  # noqa: F401

    fractions.FRACTION = "gmpy2"
except ImportError:
    fractions.FRACTION = "fractions"

instance, profile = parse_pabulib(sys.argv[1])
profile = profile.as_multiprofile()
began = time.process_time()
winners = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, voter_budget_increment=1)
print(f"{time.process_time() - began:.3f} {len(winners)}")
