// Loaded before the program: it is noon of 2026-12-01, and stays so. What depends on the time of a run is the same in each.
Date.now = () => Date.UTC(2026, 11, 1, 12)
