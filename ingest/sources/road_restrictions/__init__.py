"""Road restrictions as road managers publish them (道路規制): closures, lanes, alternating."""
