"""Measures of the parts with peers and limits beside them in the same run: `make bench`, `N=1000000 make bench`.

Machines are noisy: read the ratios, not the seconds. Nothing here is asserted; tests never look at a clock."""
